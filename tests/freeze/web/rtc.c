/* rtc: rtc, implied by www. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "rtc"
#define clock_provider lapic_timer	/* clock: implied by rtc */
#define wallclock_provider rtc

/* Settings. */
/* reread: default */
static const uint64_t rtc_reread_ns = 60000000000;

#include <rtc/rtc.c>
