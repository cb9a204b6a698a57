/* SPDX-License-Identifier: ISC */
/* The C of the machine: who starts, is asked and is stopped, in which order. */
#include "freeze.h"
#include "slot.h"

static void
write_calls(struct buffer *out, const struct build *build, enum hook hook,
	    const char *format)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (instance->module->hooks & hook)
			buffer_printf(out, format, instance->name,
				      instance->name);
	}
}

static const struct instance *
clock_of(const struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		for (j = 0; j < module->requires.count; j++)
			if ((module->hooks & HOOK_DEADLINE) &&
			    text_equal(module->requires.at[j].interface, "clock"))
				return instance->wires[j];
	}
	return NULL;
}

static bool
has_hook(const struct build *build, enum hook hook)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->module->hooks & hook)
			return true;
	return false;
}

static void
write_arm(struct buffer *out, const struct build *build)
{
	const struct instance *clock = clock_of(build);

	buffer_printf(out, "\nvoid\nmachine_arm(void)\n{\n");
	if (clock != NULL) {
		buffer_printf(out, "\tuint64_t earliest_ns = UINT64_MAX;\n\n");
		write_calls(out, build, HOOK_DEADLINE,
			    "\tearliest_ns = earlier(earliest_ns, "
			    "%s_deadline_ns());\n%.0s");
		buffer_printf(out, "\t%s_clock_alarm(earliest_ns);\n",
			      clock->name);
	}
	buffer_printf(out, "}\n");
}

/* Only what has started is stopped, users before providers. */
static void
write_stops(struct buffer *out, const struct build *build)
{
	size_t i;

	buffer_printf(out, "\nvoid\nmachine_stop(void)\n{\n");
	for (i = build->instances.count; i-- != 0;) {
		const char *name = build->instances.at[i]->name;

		if (build->instances.at[i]->module->hooks & HOOK_STOP)
			buffer_printf(out, "\tif (started_count > %zu) {\n"
					   "\t\tkernel_instance = \"%s\";\n"
					   "\t\t%s_stop();\n\t}\n",
				      i, name, name);
	}
	buffer_printf(out, "}\n");
}

static void
write_slots_check(struct buffer *out, const struct slots *slots)
{
	size_t i;

	for (i = 0; i < slots->list.count; i++)
		buffer_printf(out, "\tkernel_need_slot(\"%s\", slot_%zu);\n",
			      slots->list.at[i].name, i);
}

static void
write_starts(struct buffer *out, const struct build *build,
	     const struct slots *slots)
{
	size_t i;

	buffer_printf(out, "\n/* Instances that have started. */\n"
			   "static unsigned started_count;\n"
			   "\nvoid\nmachine_start(void)\n{\n");
	write_slots_check(out, slots);
	for (i = 0; i < build->instances.count; i++) {
		const char *name = build->instances.at[i]->name;

		if (build->instances.at[i]->module->hooks & HOOK_START)
			buffer_printf(out, "\tkernel_instance = \"%s\";\n"
				"\tkernel_started(kernel_instance, "
				"%s_start());\n\tstarted_count = %zu;\n",
				name, name, i + 1);
	}
	buffer_printf(out, "}\n");
}

void
freeze_write_machine(struct buffer *out, const struct build *build)
{
	const struct instance *clock = clock_of(build);
	struct slots slots = slots_of(build);
	size_t i;

	buffer_printf(out, "/* The machine %s: who starts, in which order. "
			    "Written by unicc. */\n#include <unicc/kernel.h>\n\n",
		      build->image.name);
	write_calls(out, build, HOOK_START, "int %s_start(void);\n%.0s");
	write_calls(out, build, HOOK_EVENT, "bool %s_event(void);\n%.0s");
	write_calls(out, build, HOOK_DEADLINE,
		    "uint64_t %s_deadline_ns(void);\n%.0s");
	write_calls(out, build, HOOK_STOP, "void %s_stop(void);\n%.0s");
	if (clock != NULL)
		buffer_printf(out, "void %s_clock_alarm(uint64_t deadline_ns);\n",
			      clock->name);
	for (i = 0; i < slots.list.count; i++)
		buffer_printf(out, "extern const int slot_%zu "
				    "__asm__(\"%s.filled\");\n",
			      i, slots.list.at[i].name);
	buffer_printf(out, "\nconst char machine_name[] = \"%s\";\n",
		      build->image.name);
	buffer_printf(out, "const bool machine_has_events = %s;\n",
		      has_hook(build, HOOK_EVENT) ? "true" : "false");
	if (clock != NULL)
		buffer_printf(out, "\nstatic inline uint64_t\n"
				    "earlier(uint64_t a, uint64_t b)\n"
				    "{\n\treturn a < b ? a : b;\n}\n");
	write_starts(out, build, &slots);
	buffer_printf(out, "\nbool\nmachine_event(void)\n{\n"
			    "\tbool again = false;\n\n");
	write_calls(out, build, HOOK_EVENT,
		    "\tkernel_instance = \"%s\";\n\tagain |= %s_event();\n");
	buffer_printf(out, "\treturn again;\n}\n");
	write_arm(out, build);
	write_stops(out, build);
}
