/* xenconsole: xenconsole, implied by app. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "xenconsole"
#define console_provider xenconsole

/* Settings. */
/* patience: default */
static const uint64_t xenconsole_patience_ns = 1000000000;

#include <xenconsole/xenconsole.c>
