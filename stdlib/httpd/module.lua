-- SPDX-License-Identifier: ISC
return module {
  summary  = "HTTP/1.1 server for files that are part of the image",
  requires = { stack = "tcp", wallclock = optional "wallclock" },
  sources  = { "syntax.c", "identity.c", "request.c", "response.c", "httpd.c" },
  hooks    = { "start", "stop" },

  -- Build-time C in check.c: name = "result (arguments)".
  functions = {
    entity_tag    = "text (bytes sha256)",
    response_head = "text (text type, u64 size, text etag, flag gzip, flag varies)",
    check_limits  = "text (u64 line_max, u64 header_max)",
    check_index   = "text (text index)",
    check_type    = "text (text extension, text type, u64 all)",
    check_header  = "text (text name, text value, u64 all)",
  },
  checks = {
    { "check_limits", "line_max", "header_max" },
    { "check_index", "index" },
    { "check_type", "types" },
    { "check_header", "headers" },
  },

  settings = {
    port "port" { default = 80, listens = "stack", sealable = true, doc = "TCP port to listen on." },

    files "content" { types = "types", index = "index", gzip = "gzip", tag = "entity_tag", head = "response_head",
      doc = "Folder whose files are served. Read once, at build time." },

    text "index" { default = "index.html", max = 64,
      doc = "The file that answers for its folder." },

    flag "gzip" { default = true,
      doc = "Also store files compressed, where that saves a tenth or more." },

    map "types" { of = "text", default = {
        ["*"] = "application/octet-stream",
        css = "text/css; charset=utf-8", csv = "text/csv; charset=utf-8",
        gif = "image/gif", htm = "text/html; charset=utf-8",
        html = "text/html; charset=utf-8", ico = "image/x-icon",
        jpeg = "image/jpeg", jpg = "image/jpeg",
        js = "text/javascript; charset=utf-8", json = "application/json",
        md = "text/markdown; charset=utf-8", mjs = "text/javascript; charset=utf-8",
        pdf = "application/pdf", png = "image/png", svg = "image/svg+xml",
        ttf = "font/ttf", txt = "text/plain; charset=utf-8", wasm = "application/wasm",
        webp = "image/webp", woff = "font/woff", woff2 = "font/woff2",
        xml = "application/xml",
      },
      doc = "Media type of each file name extension, in small letters; * is for all others. At most 128 bytes each." },

    map "headers" { of = "text", default = {},
      doc = "Fields added to every response, for example Server or Cache-Control. Together at most 512 bytes." },

    flag "identity" { default = false,
      doc = "Tell at /.well-known/unicc which image this is, for unicc verify --live. Anybody who can ask learns exactly which build runs; the console tells it in any case. A file of that path in content takes its place." },

    int "connections" { default = 64, range = { 1, 4096 },
      doc = "Connections held at once, each with a buffer of line_max. When all are taken a new one replaces the one that has waited longest for a request. At most the connections of its stack, less what other users of that hold." },

    size "line_max" { default = 2 * KiB, range = { 1280, 32 * KiB },
      doc = "Longest line of a request: 414 for the first line, 431 for a field." },

    size "header_max" { default = 8 * KiB, range = { 1280, 64 * KiB },
      doc = "Longest head of a request, all lines together: 431 beyond. At least line_max." },

    size "body_max" { default = 64 * KiB, range = { 0, 1 * GiB },
      doc = "Longest body of a request as it is sent, chunk sizes included: 413 beyond. It is read and dropped." },

    duration "idle_timeout" { default = 15 * second, range = { 1 * second, 1 * hour }, sealable = true,
      doc = "A connection with no request for this long is closed." },

    duration "header_timeout" { default = 10 * second, range = { 1 * second, 1 * hour }, sealable = true,
      doc = "A request whose head takes longer than this is answered 408." },

    duration "body_timeout" { default = 30 * second, range = { 1 * second, 1 * hour }, sealable = true,
      doc = "A request whose body takes longer than this is answered 408." },

    duration "send_timeout" { default = 30 * second, range = { 1 * second, 1 * hour }, sealable = true,
      doc = "A client that takes nothing of its response for this long is reset." },
  },
}
