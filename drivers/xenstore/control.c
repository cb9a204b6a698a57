/* SPDX-License-Identifier: ISC */
/*
 * What the host wants of the whole machine: the node control/shutdown (Xen's
 * docs/misc/xenstore-paths.pandoc). A wish is acknowledged by writing an empty
 * text in its place; then the host waits for the machine to do it.
 */
#include <string.h>
#include <unicc/kernel.h>
#include <unicc/xenstore.h>
#include <xen/power.h>
#include <xen/suspend.h>

static void
control_acknowledge(const char *wish)
{
	kernel_log(instance_name, "the host asks for: %s", wish);
	xenstore_write("control", "shutdown", "");
}

/* A host that is not obeyed gives up in time, and we go on. */
static void
control_suspend(void)
{
	control_acknowledge("suspend");
	switch (platform_suspend()) {
	case 0:
		kernel_log(instance_name, "the machine goes on");
		resume();
		break;
	case E_ABSENT:
		kernel_log(instance_name, "this machine cannot be suspended");
		break;
	default:
		kernel_log(instance_name, "the suspension was called off");
	}
}

/* A machine that starts, or connects anew, does not suspend: it is to be told
 * again. */
static void
control_changed(bool can_suspend)
{
	char wish[16];

	if (xenstore_read("control", "shutdown", wish, sizeof wish) != 0 ||
	    wish[0] == '\0')
		return;
	if (strcmp(wish, "poweroff") == 0 || strcmp(wish, "halt") == 0) {
		control_acknowledge(wish);
		kernel_exit(0);
	} else if (strcmp(wish, "reboot") == 0) {
		control_acknowledge(wish);
		power_reboot_at_exit();
		kernel_exit(0);
	} else if (strcmp(wish, "suspend") == 0) {
		if (can_suspend)
			control_suspend();
		else
			has_changed[CONSUMER_CONTROL] = true;
	} else {
		kernel_log(instance_name, "the host asks for something unknown");
	}
}
