/* SPDX-License-Identifier: ISC */
/* Where a device under test is: its registers begin at address 0. */
#ifndef FUZZ_PLATFORM_H
#define FUZZ_PLATFORM_H

#define PLATFORM_VIRTIO(slot) (512 * (slot))
#define PLATFORM_VIRTIO_LINE(slot) (5 + (slot))

#endif
