---@meta unicc
-- SPDX-License-Identifier: ISC
-- The words that every configuration knows (unicc-config(5)), for editors:
-- unicc doc --luacats prints this file and, below it, the catalogue.

---An instance of a module: one driver, service or application of the image.
---@class unicc.instance

---@class (exact) unicc.image
---The image's name: a letter a-z, then a-z, 0-9, - and _. Files are called
---after it.
---@field name string
---Where it runs.
---@field platform unicc.platform
---The machine's memory, for example 4 * MiB: whole pages of 4 KiB.
---@field memory integer
---What it may take at most; a build that is over it fails.
---@field budget? unicc.budget
---Where functions and objects lie: in the linker's order, or in one that
---layout_seed decides.
---@field layout? "fixed"|"unique"
---Any text, another one for each machine; it is part of the code root.
---@field layout_seed? string

---@class (exact) unicc.budget
---Code, in bytes.
---@field text? integer
---Constants, in bytes.
---@field constants? integer
---Data that is not zero at the start, in bytes.
---@field data? integer
---The file that boots, in bytes.
---@field file? integer
---The memory up to the image's end, in bytes.
---@field memory? integer

---Which machine is built. Used exactly once.
---@param settings unicc.image
function image(settings) end

---Evaluate another file of the configuration, once, with the same names.
---@param path string written out, relative to this file
---@return any ... what the file returns
function include(path) end

---Other values for what an instance was given: only what is set there can be
---replaced, and nothing twice.
---@param replaced unicc.instance
---@param settings table<string, any>
function override(replaced, settings) end

---What an option is: one type, and what narrows it.
---@class (exact) unicc.option
---One of these words.
---@field choice? string[]
---@field flag? true
---@field int? true
---@field size? true
---@field duration? true
---@field port? true
---@field text? true
---@field ipv4? true
---@field ipv6? true
---@field cidr? true
---@field mac? true
---The least and the most, of a number.
---@field range? integer[]
---The most bytes, of a text.
---@field max? integer
---An option without one must be given.
---@field default? any
---@field doc? string

---An input of the configuration, declared by itself: env = option { ... }.
---unicc's --set NAME=VALUE and --env FILE give its value.
---@param declaration unicc.option
---@return any value a text, a whole number, or true or false
function option(declaration) end

---A value that can be replaced after the build, by unicc seal.
---@class unicc.sealed

---Seal a setting that its module can read while it runs, with the value that
---the image is built with, or none yet: address = sealed("10.0.2.15/24").
---@param value? any
---@return unicc.sealed
function sealed(value) end

---Name an instance whose name is computed: instance("www" .. i, httpd { ... }).
---@generic T: unicc.instance
---@param name string a letter a-z, then a-z, 0-9 and _
---@param made T
---@return T made
function instance(name, made) end

---Refuse the configuration unless value holds.
---@generic T
---@param value T
---@param message? string
---@return T value
function assert(value, message) end

---Refuse the configuration.
---@param message string
function error(message) end

---Walk a list in its order.
---@generic V
---@param items V[]
---@return fun(items: V[], index: integer): integer, V
---@return V[] items
---@return integer start
function ipairs(items) end

---Walk a table in the order of its keys: numbers first, then texts.
---@generic V
---@param items table<any, V>
---@return fun(): any, V
function pairs(items) end

---Call a function and go on if it fails. Not caught: that the budget of steps
---or of memory is spent.
---@param called function
---@param ... any
---@return boolean is_done
---@return any ... what called returned, or why it failed
function pcall(called, ...) end

---The arguments from an index on; select("#", ...) is how many there are.
---@param from integer|"#"
---@param ... any
---@return any ...
function select(from, ...) end

---@param value any
---@return number? number nil: the text is no number
function tonumber(value) end

---@param value string|number|boolean|nil a table or a function has no text
---@return string text
function tostring(value) end

---@param value any
---@return string name "number", "string", "table", ...
function type(value) end

---Functions on texts. They are methods too: ("x"):upper().
text = {}

---The byte at an index, from 1.
---@param s string
---@param index? integer
---@return integer? byte nil: there is none
function text.byte(s, index) end

---A text of these bytes, each 0 to 255.
---@param ... integer
---@return string
function text.char(...) end

---Where what stands in s: plain bytes, no pattern.
---@param s string
---@param what string
---@param from? integer
---@return integer? index nil: nowhere
function text.find(s, what, from) end

---As in C, with %d %x %X %c %s and %%.
---@param format string
---@param ... string|integer|boolean|nil
---@return string
function text.format(format, ...) end

---All elements in one text.
---@param items (string|integer)[]
---@param separator? string
---@return string
function text.join(items, separator) end

---How many bytes.
---@param s string
---@return integer
function text.len(s) end

---A-Z as a-z.
---@param s string
---@return string
function text.lower(s) end

---@param s string
---@param times integer
---@return string
function text.rep(s, times) end

---The parts of s between separators: plain bytes, no pattern.
---@param s string
---@param separator string not empty
---@return string[]
function text.split(s, separator) end

---The bytes from and to an index, both included; negative from the end.
---@param s string
---@param from integer
---@param to? integer
---@return string
function text.sub(s, from, to) end

---a-z as A-Z.
---@param s string
---@return string
function text.upper(s) end

---Functions on lists.
list = {}

---Add an element at the end of items.
---@generic V
---@param items V[]
---@param element V
---@return V[] items
function list.append(items, element) end

---A new list in order, by < or by is_before. Equal elements keep their order.
---@generic V
---@param items V[]
---@param is_before? fun(a: V, b: V): boolean
---@return V[]
function list.sort(items, is_before) end
