-- SPDX-License-Identifier: ISC
-- Not a module that a configuration names: every image has it, and of it only
-- the files that its objects want (compiler/libc.c). The sources here
-- stand in for musl's files with the same functions.
return module {
  summary = "The C library of images: the functions of musl that are called",
  sources = {
    "errno.c", "memcmp.c", "stdio.c", "thread.c",
    "x86_64/memcpy.s", "x86_64/memmove.s", "x86_64/memset.s",
  },
  hooks   = {},

  package = "musl",
  -- Files, and folders with all their C files.
  package_files = {
    "src/ctype", "src/errno", "src/internal/floatscan.c", "src/internal/intscan.c",
    "src/internal/libc.c", "src/internal/shgetc.c", "src/locale/__lctrans.c",
    "src/locale/c_locale.c", "src/math/__fpclassifyl.c", "src/math/__signbitl.c",
    "src/math/copysignl.c", "src/math/fabsl.c", "src/math/fmodl.c", "src/math/frexpl.c",
    "src/math/scalbn.c", "src/math/scalbnl.c", "src/multibyte", "src/prng", "src/stdio/__toread.c",
    "src/stdio/__towrite.c", "src/stdio/__uflow.c", "src/stdio/fwrite.c",
    "src/stdio/snprintf.c", "src/stdio/sprintf.c", "src/stdio/sscanf.c",
    "src/stdio/vfprintf.c", "src/stdio/vfscanf.c", "src/stdio/vsnprintf.c",
    "src/stdio/vsprintf.c", "src/stdio/vsscanf.c",
    "src/stdlib", "src/string",
  },
}
