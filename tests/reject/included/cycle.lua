-- For include-cycle.lua.
include "cycle2.lua"
