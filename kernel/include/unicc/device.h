/* SPDX-License-Identifier: ISC */
/*
 * Where the platform put a device. device_slot is a generated enumerator: the
 * place of this instance among the devices of its bus, counted by unicc,
 * which writes the same number into the host's files. A platform folder
 * (kernel/PLATFORM/) turns it into addresses in platform.h.
 */
#ifndef UNICC_DEVICE_H
#define UNICC_DEVICE_H

#include <platform.h>

#endif
