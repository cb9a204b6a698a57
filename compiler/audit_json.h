/* SPDX-License-Identifier: ISC */
/* Pieces of JSON that the audit writes itself: its tables are large, and a
 * tree of nodes for each of their cells is not. */
#ifndef UNICC_AUDIT_JSON_H
#define UNICC_AUDIT_JSON_H

#include "audit_code.h"

/* A text with its quotes, NULL as null; every byte that is no UTF-8 as in
 * text_utf8. No "<" is written, so that a page can hold it. */
void json_add_text(struct buffer *out, const char *text);

/* ,"segments":..., "facts":..., "stacks":..., "recursions":... */
void json_add_code(struct buffer *out, const struct code *code);

#endif
