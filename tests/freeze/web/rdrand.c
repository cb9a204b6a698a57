/* rdrand: rdrand, implied by ip. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "rdrand"
#define entropy_provider rdrand

#include <rdrand/rdrand.c>
