/* SPDX-License-Identifier: ISC */
#ifndef FRONTEND_CONSOLE_H
#define FRONTEND_CONSOLE_H

/* Of the tests: begin anew. */
void console_forget(void);

#endif
