-- SPDX-License-Identifier: ISC
return module {
  summary  = "HTTP/1.1 server for files that are part of the image",
  requires = { stack = "tcp", clock = "clock", wallclock = optional "wallclock" },
  sources  = { "httpd.c" },
  hooks    = { "start" },

  -- Build-time C in check.c: name = "result (arguments)". Called on the build
  -- machine through libffi, inside a sandbox.
  functions = {
    response_head = "text (text type, u64 size, text etag, flag gzip)",
  },

  settings = {
    port "port" { default = 80, doc = "TCP port to listen on." },

    files "content" { types = "types", index = "index", gzip = "gzip", head = "response_head",
      doc = "Folder whose files are served. Read once, at build time." },

    text "index" { default = "index.html", max = 64,
      doc = "The file that answers for its folder." },

    flag "gzip" { default = true,
      doc = "Also store files compressed, where that saves a tenth or more." },

    map "types" { of = "text", default = { html = "text/html; charset=utf-8", ["*"] = "application/octet-stream" },
      doc = "Media type of each file name extension; * is for all others." },

    duration "idle_timeout" { default = 15 * second, range = { 1 * second, 1 * hour },
      doc = "A connection with no request for this long is closed." },
  },
}
