/* SPDX-License-Identifier: ISC */
/* httpd's sources in the order of its module.lua, as freeze includes them. */
#include <httpd/syntax.c>
#include <httpd/identity.c>
#include <httpd/request.c>
#include <httpd/response.c>
#include <httpd/httpd.c>
