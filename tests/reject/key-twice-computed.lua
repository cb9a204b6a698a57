-- A key that is computed comes once, too, and is none that is written.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local index, other, second = "index", "other", 2
local function texts(depth)
  local below = depth > 0 and texts(depth - 1) or "?"
  return { [index] = below, [other] = below, ["in" .. "dex"] = below }
end
local more = { index = "written", [index] = "computed" }
local list = { "one", "two", [second] = "again" }
app = hello { message = more.index .. list[1] .. type(texts(2)) }
