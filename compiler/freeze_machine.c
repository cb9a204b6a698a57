/* SPDX-License-Identifier: ISC */
/*
 * The C of the machine: who starts, is asked and is stopped, in which order.
 *
 * What is there because of one instance, or of one value that is filled in
 * later, is a function of its own. Inlined it costs nothing, and by its name
 * the audit knows whose the bytes are (audit_parts.c): machine_HOOK_INSTANCE,
 * or machine_slot_NUMBER. A hook that no instance has is not written, and the
 * kernel does not ask for it.
 */
#include "freeze.h"
#include "slot.h"

#define PART "\nstatic inline __attribute__((always_inline)) "

/* Append format for each instance that has the hook, with its name twice. */
static void
write_each(struct buffer *out, const struct build *build, enum hook hook,
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

static bool
has_hook(const struct build *build, enum hook hook)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->module->hooks & hook)
			return true;
	return false;
}

/* Whose alarm the deadlines set; NULL: there is none to set. */
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
has_starts(const struct build *build)
{
	return has_hook(build, HOOK_START) || slots_of(build).list.count != 0;
}

void
freeze_write_hooks(struct buffer *out, const struct build *build)
{
	buffer_printf(out, "\n/* What machine.c has. */\n"
			   "enum { machine_has_starts = %d };\n"
			   "enum { machine_has_events = %d };\n"
			   "enum { machine_has_stops = %d };\n",
		      has_starts(build), has_hook(build, HOOK_EVENT),
		      has_hook(build, HOOK_STOP));
}

/* ---- Its functions ------------------------------------------------------------ */

static void
write_starts(struct buffer *out, const struct build *build)
{
	struct slots slots = slots_of(build);
	size_t i;

	if (!has_starts(build))
		return;
	for (i = 0; i < slots.list.count; i++)
		buffer_printf(out, PART "void\nmachine_slot_%zu(void)\n{\n"
				   "\tkernel_need_slot(\"%s\", slot_%zu);\n}\n",
			      i, slots.list.at[i].name, i);
	for (i = 0; i < build->instances.count; i++) {
		const char *name = build->instances.at[i]->name;

		if (build->instances.at[i]->module->hooks & HOOK_START)
			buffer_printf(out, PART "void\n"
				"machine_start_%s(void)\n{\n"
				"\tkernel_instance = \"%s\";\n"
				"\tkernel_started(kernel_instance, "
				"%s_start());\n\tstarted_count = %zu;\n}\n",
				name, name, name, i + 1);
	}
	buffer_printf(out, "\nvoid\nmachine_start(void)\n{\n");
	for (i = 0; i < slots.list.count; i++)
		buffer_printf(out, "\tmachine_slot_%zu();\n", i);
	write_each(out, build, HOOK_START, "\tmachine_start_%s();\n%.0s");
	buffer_printf(out, "}\n");
}

static void
write_events(struct buffer *out, const struct build *build)
{
	write_each(out, build, HOOK_EVENT, PART "bool\n"
		   "machine_event_%1$s(void)\n{\n"
		   "\tkernel_instance = \"%1$s\";\n"
		   "\treturn %1$s_event();\n}\n");
	buffer_printf(out, "\nstatic bool\nmachine_event(void)\n{\n"
			   "\tbool again = false;\n\n");
	write_each(out, build, HOOK_EVENT,
		   "\tagain |= machine_event_%s();\n%.0s");
	buffer_printf(out, "\treturn again;\n}\n");
}

static void
write_deadlines(struct buffer *out, const struct build *build)
{
	const struct instance *clock = clock_of(build);

	if (clock == NULL)
		return;
	write_each(out, build, HOOK_DEADLINE, PART "uint64_t\n"
		   "machine_deadline_%s(uint64_t earliest_ns)\n{\n"
		   "\tuint64_t deadline_ns = %s_deadline_ns();\n\n"
		   "\treturn deadline_ns < earliest_ns ? deadline_ns "
		   ": earliest_ns;\n}\n");
	buffer_printf(out, "\nstatic void\nmachine_arm(void)\n{\n"
			   "\tuint64_t earliest_ns = UINT64_MAX;\n\n");
	write_each(out, build, HOOK_DEADLINE,
		   "\tearliest_ns = machine_deadline_%s(earliest_ns);\n%.0s");
	buffer_printf(out, "\t%s_clock_alarm(earliest_ns);\n}\n", clock->name);
}

static void
write_run(struct buffer *out, const struct build *build)
{
	if (!has_hook(build, HOOK_EVENT))
		return;
	buffer_printf(out, "\nvoid\nmachine_prepare(void)\n{\n"
			   "\tplatform_prepare();\n}\n");
	write_events(out, build);
	write_deadlines(out, build);
	buffer_printf(out, "\nvoid\nmachine_run(void)\n{\n\tfor (;;) {\n"
			   "\t\twhile (machine_event())\n\t\t\t;\n"
			   "%s\t\tkernel_idle();\n\t}\n}\n",
		      clock_of(build) == NULL ? "" : "\t\tmachine_arm();\n");
}

/* Only what has started is stopped, users before providers. */
static void
write_stops(struct buffer *out, const struct build *build)
{
	size_t i;

	if (!has_hook(build, HOOK_STOP))
		return;
	for (i = 0; i < build->instances.count; i++) {
		const char *name = build->instances.at[i]->name;

		if (build->instances.at[i]->module->hooks & HOOK_STOP)
			buffer_printf(out, PART "void\n"
				"machine_stop_%s(void)\n{\n"
				"\tif (started_count > %zu) {\n"
				"\t\tkernel_instance = \"%s\";\n"
				"\t\t%s_stop();\n\t}\n}\n",
				name, i, name, name);
	}
	buffer_printf(out, "\nvoid\nmachine_stop(void)\n{\n");
	for (i = build->instances.count; i-- != 0;)
		if (build->instances.at[i]->module->hooks & HOOK_STOP)
			buffer_printf(out, "\tmachine_stop_%s();\n",
				      build->instances.at[i]->name);
	buffer_printf(out, "}\n");
}

/* ---- The file ----------------------------------------------------------------- */

static void
write_declarations(struct buffer *out, const struct build *build)
{
	const struct instance *clock = clock_of(build);
	struct slots slots = slots_of(build);
	size_t i;

	if (has_hook(build, HOOK_EVENT))
		buffer_printf(out, "void platform_prepare(void);\n");
	write_each(out, build, HOOK_START, "int %s_start(void);\n%.0s");
	write_each(out, build, HOOK_EVENT, "bool %s_event(void);\n%.0s");
	write_each(out, build, HOOK_DEADLINE,
		   "uint64_t %s_deadline_ns(void);\n%.0s");
	write_each(out, build, HOOK_STOP, "void %s_stop(void);\n%.0s");
	if (clock != NULL)
		buffer_printf(out, "void %s_clock_alarm(uint64_t deadline_ns);\n",
			      clock->name);
	for (i = 0; i < slots.list.count; i++)
		buffer_printf(out, "extern const int slot_%zu "
				    "__asm__(\"%s.filled\");\n",
			      i, slots.list.at[i].name);
}

void
freeze_write_machine(struct buffer *out, const struct build *build)
{
	buffer_printf(out, "/* The machine %s: who starts, in which order. "
			    "Written by unicc. */\n#include <unicc/kernel.h>\n\n",
		      build->image.name);
	write_declarations(out, build);
	buffer_printf(out, "\nconst char machine_name[] = \"%s\";\n",
		      build->image.name);
	if (has_starts(build) || has_hook(build, HOOK_STOP))
		buffer_printf(out, "\n/* Instances that have started. */\n"
				   "static unsigned started_count;\n");
	write_starts(out, build);
	write_run(out, build);
	write_stops(out, build);
}
