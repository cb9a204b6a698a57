-- For include-cycle.lua.
include "./cycle.lua"
include "../include-cycle.lua"
