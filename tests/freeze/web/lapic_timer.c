/* lapic_timer: lapic_timer, implied by ip. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "lapic_timer"
#define clock_provider lapic_timer

/* Settings. */
/* resolution: default */
enum { lapic_timer_resolution_ns = 1000000 };

#include <lapic_timer/lapic_timer.c>
