/* SPDX-License-Identifier: ISC */
/* Doing first in a child what a stranger's bytes may not let us survive. */
#ifndef UNICC_TRIAL_H
#define UNICC_TRIAL_H

#include <stdbool.h>

/*
 * Does act end well in a child of ours, within bounds of time and memory? Its
 * effects end with the child. False if there can be no child.
 */
bool trial(void (*act)(void *context), void *context);

#endif
