-- SPDX-License-Identifier: ISC
return module {
  summary  = "Does one forbidden thing, which must end in a panic",
  sources  = { "fault.c" },
  hooks    = { "start" },

  settings = {
    choice "kind" { choices = { "write_text", "write_constants", "write_sealed", "write_null",
        "read_null", "read_absent", "execute_data", "execute_absent", "overflow_stack",
        "smash_stack", "assertion", "division", "protection", "panic", "fault_in_panic" },
      default = "assertion",
      doc = "What is done." },
  },
}
