/* app: hello, hello-xen.lua:13:7. Written by unicc: edit the configuration. */
#include <unicc/types.h>

/* Wiring. */
#define instance_name "app"
#define console_provider xenconsole	/* console: implied by app */

/* Hooks. */
#define hello_start app_start

/* Settings. */
/* message: hello-xen.lua:13:15 */
static const char hello_message[] = "Hello, world";
enum { hello_message_length = 12 };

#include <hello/hello.c>
