/* SPDX-License-Identifier: ISC */
/*
 * unicc run: build if stale, boot, pass the console on, tell how it ended.
 *
 * Every byte of the console goes to stdout at once. The guest's result is its
 * last line, "exit N"; a line "panic: ..." or no such line at the end means
 * that the guest was lost. QEMU ends when we do, however we end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compile.h"
#include "device.h"
#include "driver.h"
#include "instance.h"
#include "label.h"
#include "run.h"

enum { LINE_MAX_BYTES = 1024 };

/* A stream of lines; only the newest whole one is of interest. */
struct lines {
	char at[LINE_MAX_BYTES];
	size_t size;
	char last[LINE_MAX_BYTES];	/* newest line that is not empty */
	char panic[LINE_MAX_BYTES];	/* newest that starts with "panic: " */
};

static volatile sig_atomic_t guest, end_signal, interrupted_by;

/* ---- The command line ------------------------------------------------------ */

static bool
take_port(const char **at, unsigned *port)
{
	char *end;
	unsigned long number = strtoul(*at, &end, 10);

	if (**at < '0' || **at > '9' || number == 0 || number > 65535)
		return false;
	*port = (unsigned)number;
	*at = end;
	return true;
}

static bool
take_forward(struct run *run, const char *word)
{
	struct forward *forward = &run->forwards[run->forwards_count];

	if (run->forwards_count == FORWARDS_MAX ||
	    !take_port(&word, &forward->host) || *word != ':')
		return false;
	word++;
	if (!take_port(&word, &forward->guest) || *word != '\0')
		return false;
	run->forwards_count++;
	return true;
}

static int
refuse_forward(const struct run *run, const char *word)
{
	if (run->forwards_count == FORWARDS_MAX)
		return usage_error("more than %d times --port", FORWARDS_MAX);
	return usage_error("--port %s is not HOST:GUEST, two ports of 1 to "
			   "65535", word);
}

/* STATUS_OK or the status of a usage error. */
static int
check_forwards(const struct run *run)
{
	size_t i, j;

	for (i = 0; i < run->forwards_count; i++)
		for (j = 0; j < i; j++)
			if (run->forwards[i].host == run->forwards[j].host)
				return usage_error("--port gives port %u of "
						   "this machine twice",
						   run->forwards[i].host);
	return STATUS_OK;
}

/* STATUS_OK or the status of a usage error. */
static int
take_words(struct run *run, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool has_next = i + 1 < argc;

		if (text_equal(word, "--print")) {
			run->is_print = true;
		} else if (text_equal(word, "--port") && has_next) {
			if (!take_forward(run, argv[++i]))
				return refuse_forward(run, argv[i]);
		} else if (text_equal(word, "--qemu-arg") && has_next) {
			*list_add(&run->qemu_args) = argv[++i];
		} else if (text_equal(word, "--on") && has_next) {
			run->host = run_find_host(argv[++i]);
			if (run->host == NULL)
				return usage_error("--on %s: an image runs on "
						   "qemu, xen or xl", argv[i]);
		} else if (!build_option(&run->build, argc, argv, &i)) {
			if (word[0] == '-' || word[0] == '\0' ||
			    run->what != NULL)
				return usage_unknown(word);
			run->what = word;
		}
	}
	if (run->what == NULL)
		return usage_error("which configuration or folder?");
	if (text_ends(run->what, ".elf"))
		return usage_error("%s is an image: name its folder, %s",
				   run->what, host_folder_of(run->what));
	return check_forwards(run);
}

/* ---- Before the boot ------------------------------------------------------- */

static enum status
prepare(struct run *run)
{
	struct stat status;

	if (!build_open(&run->build))
		return diag_flush();
	if (stat(run->what, &status) == 0 && S_ISDIR(status.st_mode)) {
		if (manifest_read(&run->build, run->what) &&
		    !host_exists(run_output(run, ".elf")))
			diag(E0606, (struct where){ run_output(run, ".elf"), 0,
						    0 },
			     NULL, "the image that the manifest names is not "
				   "here");
		return diag_flush();
	}
	run->build.config_path = run->what;
	return build_until(&run->build, "package");
}

/* Whether QEMU will be able to listen there; it says so less clearly. */
static bool
is_port_free(unsigned port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	bool is_free;

	if (listener < 0)
		return true;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	is_free = bind(listener, (const struct sockaddr *)&address,
		       sizeof address) == 0;
	if (!is_free && errno != EADDRINUSE)
		diag(E0701, (struct where){ 0 }, arena_printf("port %u", port),
		     "%s", strerror(errno));
	else if (!is_free)
		diag(E0701, (struct where){ 0 }, arena_printf("port %u", port),
		     "another program listens on it");
	close(listener);
	return is_free;
}

static void
check_ports(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->forwards_count; i++)
		if (!is_port_free(run->forwards[i].host))
			diag_fix("choose another: --port %u:%u",
				 run->forwards[i].host < 60000
					 ? run->forwards[i].host + 1000
					 : run->forwards[i].host - 1000,
				 run->forwards[i].guest);
}

static void
print_command(const struct launch *launch)
{
	size_t i;

	if (launch->folder != NULL)
		printf("cd %s && ", qemu_quote(launch->folder));
	for (i = 0; i < launch->words.count; i++)
		printf("%s%s", i == 0 ? "" : " ",
		       qemu_quote(launch->words.at[i]));
	printf("\n");
}

/* ---- The guest ------------------------------------------------------------- */

static void
interrupted(int number)
{
	interrupted_by = number;
	if (guest > 0)
		kill(guest, end_signal);
}

static void
catch_interrupts(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = interrupted }, old;
	size_t i;

	for (i = 0; i < sizeof signals / sizeof *signals; i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

static _Noreturn void
become_host(struct launch *launch, const int console[2], const int errors[2],
	    pid_t parent)
{
	int null = open("/dev/null", O_RDONLY);

	words_add(&launch->words, NULL);
	prctl(PR_SET_PDEATHSIG, launch->end_signal);
	if (null < 0 || getppid() != parent || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(console[1], STDOUT_FILENO) < 0 ||
	    dup2(errors[1], STDERR_FILENO) < 0 ||
	    (launch->folder != NULL && chdir(launch->folder) != 0))
		_exit(127);
	execv(launch->program, (char *const *)(uintptr_t)launch->words.at);
	_exit(127);
}

static void
take_byte(struct lines *lines, char byte)
{
	if (byte != '\n') {
		if (byte != '\r' && lines->size < sizeof lines->at - 1)
			lines->at[lines->size++] = byte;
		return;
	}
	lines->at[lines->size] = '\0';
	if (text_starts(lines->at, "panic: "))
		memcpy(lines->panic, lines->at, lines->size + 1);
	if (lines->size != 0)
		memcpy(lines->last, lines->at, lines->size + 1);
	lines->size = 0;
}

static bool
write_out(int file, const char *bytes, size_t size)
{
	while (size != 0) {
		ssize_t written = write(file, bytes, size);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			size -= (size_t)written;
		}
	}
	return true;
}

/* Nobody takes what the guest says: it has no reason to go on. */
static void
lose_console(void)
{
	diag(E0701, (struct where){ 0 }, "console",
	     "standard output cannot be written: %s", strerror(errno));
	if (guest > 0)
		kill(guest, SIGTERM);
}

/* Pass on what is there; false at the end of the stream. */
static bool
pass_on(int from, int to, struct lines *lines)
{
	char chunk[4096];
	ssize_t got = read(from, chunk, sizeof chunk), i;

	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0)
		return false;
	if (!write_out(to, chunk, (size_t)got) && to == STDOUT_FILENO &&
	    diag_count() == 0)
		lose_console();
	for (i = 0; i < got; i++)
		take_byte(lines, chunk[i]);
	return true;
}

static void
listen_to(int console, int errors, struct lines *said, struct lines *complaints)
{
	struct pollfd polls[2] = {
		{ .fd = console, .events = POLLIN },
		{ .fd = errors, .events = POLLIN },
	};

	while (polls[0].fd >= 0 || polls[1].fd >= 0) {
		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			break;
		if (polls[0].revents != 0 &&
		    !pass_on(console, STDOUT_FILENO, said))
			polls[0].fd = -1;
		if (polls[1].revents != 0 &&
		    !pass_on(errors, STDERR_FILENO, complaints))
			polls[1].fd = -1;
		polls[0].revents = polls[1].revents = 0;
	}
	take_byte(said, '\n');
	take_byte(complaints, '\n');
}

/* Start it, listen until it ends; its wait status, -1 after diag(). */
static int
boot(struct launch *launch, struct lines *said, struct lines *complaints)
{
	int console[2] = { -1, -1 }, errors[2] = { -1, -1 }, status = -1;
	pid_t parent = getpid(), child = -1;

	if (pipe2(console, O_CLOEXEC) == 0 && pipe2(errors, O_CLOEXEC) == 0) {
		end_signal = launch->end_signal;
		catch_interrupts();
		child = fork();
	}
	if (child == 0)
		become_host(launch, console, errors, parent);
	close(console[1]);
	close(errors[1]);
	if (child < 0) {
		diag(E0701, (struct where){ 0 }, launch->subject, "%s",
		     strerror(errno));
	} else {
		guest = child;
		if (interrupted_by != 0)
			kill(child, end_signal);
		listen_to(console[0], errors[0], said, complaints);
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			continue;
		guest = 0;
	}
	close(console[0]);
	close(errors[0]);
	return status;
}

/* ---- How it ended ---------------------------------------------------------- */

/* The source file as the user would write it; a label if it is not here. */
static const char *
show_label(const struct run *run, const char *label)
{
	const char *path = run->build.config_path == NULL ? NULL
							  : label_path(label);

	return path == NULL ? label : compile_show_path(&run->build, path);
}

static void
tell_place(const struct run *run, uint64_t address, bool is_fault)
{
	struct crash_place place;
	struct bytes debug;

	if (host_read(run_output(run, ".debug"), &debug) &&
	    crash_find(debug, address, is_fault, &place))
		diag_also((struct where){ show_label(run, place.label),
					  place.line, 0 },
			  "in %s", place.function);
}

/* "panic: INSTANCE: FACT[ at 0xADDRESS], from 0xADDRESS" */
static void
tell_panic(const struct run *run, const char *line)
{
	const char *name = line + strlen("panic: ");
	const char *colon = strstr(name, ": ");
	const char *from = strstr(name, ", from 0x");
	const char *fact = colon == NULL ? name : colon + 2;
	const struct instance *instance = NULL;
	struct where where = { run->what, 0, 0 };

	if (colon != NULL)
		instance = instance_named(&run->build, name,
					 (size_t)(colon - name));
	if (instance != NULL && instance->origin.where.file != NULL)
		where = instance->origin.where;
	diag(E0702, where,
	     colon == NULL ? NULL : arena_copy_n(name, (size_t)(colon - name)),
	     "it panicked: %.*s",
	     from == NULL ? (int)strlen(fact) : (int)(from - fact), fact);
	if (from != NULL)
		tell_place(run, strtoull(from + strlen(", from 0x"), NULL, 16),
			   strstr(fact, " at 0x") != NULL);
}

/* The N of "exit N", else -1. */
static long
exit_status(const char *line)
{
	char *end;
	long number;

	if (!text_starts(line, "exit ") || line[5] < '0' || line[5] > '9')
		return -1;
	number = strtol(line + 5, &end, 10);
	return *end == '\0' && number <= 255 ? number : -1;
}

/* QEMU starts its complaints with a name of its own. */
static const char *
without_name(const char *line)
{
	const char *colon = strstr(line, ": ");

	return text_starts(line, "qemu") && colon != NULL ? colon + 2 : line;
}

static enum status
tell_end(const struct run *run, const struct launch *launch, int status,
	 const struct lines *said, const struct lines *complaints)
{
	long number = exit_status(said->last);

	if (said->panic[0] != '\0') {
		tell_panic(run, said->panic);
	} else if (number == 0) {
		return STATUS_OK;
	} else if (number > 0) {
		fprintf(stderr, "unicc: the guest ended with exit %ld\n",
			number);
		return STATUS_GUEST;
	} else if (said->last[0] == '\0' && complaints->last[0] != '\0' &&
		   !text_starts(complaints->last, "(XEN) ")) {
		diag(E0701, (struct where){ run->what, 0, 0 },
		     launch->subject, "%s",
		     without_name(complaints->last));
	} else if (WIFSIGNALED(status)) {
		diag(E0702, (struct where){ run->what, 0, 0 }, NULL,
		     "%s was ended by signal %d", launch->subject,
		     WTERMSIG(status));
	} else {
		diag(E0702, (struct where){ run->what, 0, 0 }, NULL,
		     "the machine stopped without a last line exit N (%s "
		     "ended with %d)", launch->subject,
		     WEXITSTATUS(status));
	}
	return diag_flush();
}

static enum status
run_guest(struct run *run, struct launch *launch)
{
	struct lines said = { 0 }, complaints = { 0 };
	int status;

	check_ports(run);
	if (diag_count() != 0)
		return diag_flush();
	status = boot(launch, &said, &complaints);
	if (interrupted_by != 0) {
		signal(interrupted_by, SIG_DFL);
		raise(interrupted_by);
	}
	if (diag_count() != 0)
		return diag_flush();
	return tell_end(run, launch, status, &said, &complaints);
}

int
command_run(int argc, char **argv)
{
	struct run run = { 0 };
	struct launch launch = { 0 };
	int status = take_words(&run, argc, argv);

	if (status == STATUS_OK)
		status = (int)prepare(&run);
	if (status != STATUS_OK)
		return status;
	if (run.forwards_count != 0 && !device_has_network(&run.build))
		return usage_error("--port: image %s has no network device; "
				   "add one to %s",
				   run.build.image.name, run.what);
	if (run.forwards_count != 0 && !run_can_forward(&run))
		return usage_error("--port: on xl the guest has an address of "
				   "its own");
	if (!run_prepare_host(&run, &launch))
		return (int)diag_flush();
	if (run.is_print) {
		print_command(&launch);
		return STATUS_OK;
	}
	return (int)run_guest(&run, &launch);
}
