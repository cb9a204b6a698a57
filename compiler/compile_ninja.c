/* SPDX-License-Identifier: ISC */
/* Having jobs done: build.ninja, and ninja under confinement. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compile_job.h"
#include "confine.h"
#include "label.h"
#include "toolchain.h"

/* A word of a shell command inside a ninja variable. */
static void
add_word(struct buffer *text, const char *word)
{
	buffer_printf(text, " '");
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buffer_printf(text, "'\\''");
		else if (*word == '$')
			buffer_printf(text, "$$");
		else
			buffer_add(text, word, 1);
	}
	buffer_printf(text, "'");
}

/*
 * The command succeeds whatever clang says, so that every unit is tried: a
 * unit without an object has failed, and its log tells why.
 */
static void
add_edge(struct buffer *text, const struct compile_job *job, const char **maps,
	 size_t maps_count)
{
	size_t i;

	buffer_printf(text, "build %s.o: cc\n  name = %s\n  command = cd",
		      strrchr(job->stem, '/') + 1, job->unit->name);
	add_word(text, job->folder);
	buffer_printf(text, " &&");
	add_word(text, toolchain_clang.path);
	for (i = 0; i < job->flags.count; i++)
		add_word(text, job->flags.at[i]);
	for (i = 0; i < maps_count; i++)
		add_word(text, maps[i]);
	if (!text_equal(job->rest, job->source->label))
		add_word(text, arena_printf("-ffile-prefix-map=%s=%s",
					    job->rest, job->source->label));
	buffer_printf(text, " -MD -MT o -MF");
	add_word(text, arena_printf("%s.d", job->stem));
	buffer_printf(text, " -o");
	add_word(text, arena_printf("%s.o", job->stem));
	buffer_printf(text, " -c");
	add_word(text, job->rest);
	buffer_printf(text, " >");
	add_word(text, arena_printf("%s.log", job->stem));
	buffer_printf(text, " 2>&1 || :\n");
}

static size_t
files_included(const struct compile_job *job)
{
	const struct instance *instance = job->unit->instance;

	return instance == NULL ? 0
				: instance->module->sources_count +
					  instance->module->package_files_count;
}

static int
longest_first(const void *left, const void *right)
{
	const struct compile_job *const *a = left, *const *b = right;
	size_t a_files = files_included(*a), b_files = files_included(*b);

	if (a_files != b_files)
		return a_files > b_files ? -1 : 1;
	return (*a > *b) - (*a < *b);
}

/* ninja starts what it reads first. A unit of many files begun last would be
 * waited for by every core but one. */
bool
compile_write_ninja(const char *work, const struct compile_job *jobs,
		    size_t count)
{
	const struct compile_job **order = arena_alloc(count, sizeof *order);
	struct buffer text = { 0 };
	const char **maps;
	size_t maps_count, i;

	label_flags(&maps, &maps_count);
	buffer_printf(&text, "rule cc\n  command = $command\n"
			     "  description = $name\n");
	for (i = 0; i < count; i++)
		order[i] = &jobs[i];
	qsort(order, count, sizeof *order, longest_first);
	for (i = 0; i < count; i++)
		if (order[i]->stem != NULL)
			add_edge(&text, order[i], maps, maps_count);
	return host_write(host_join(work, "build.ninja"),
			  (struct bytes){ (const uint8_t *)text.at, text.size });
}

/*
 * ninja's progress goes to our stderr if that is a terminal, else nowhere.
 * It ends its own children; it is ended when we are.
 */
bool
compile_run_ninja(const char *work)
{
	const char *argv[] = { toolchain_ninja.path, "-k", "0", NULL, NULL };
	bool is_shown = isatty(STDERR_FILENO);
	int status, null;
	pid_t child;

	if (!is_shown)
		argv[3] = "--quiet";
	child = host_fork();
	if (child == 0) {
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		toolchain_environment();
		setenv("NINJA_STATUS", "compile [%f/%t] ", 1);
		confine_apply();
		setenv("TMPDIR", label_absolute(work), 1);
		if (chdir(work) != 0 || null < 0 ||
		    dup2(null, STDIN_FILENO) < 0 ||
		    dup2(is_shown ? STDERR_FILENO : null, STDOUT_FILENO) < 0)
			_exit(127);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (child < 0)
		return false;
	status = host_wait(child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
