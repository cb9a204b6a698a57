/* SPDX-License-Identifier: ISC */
/*
 * Calls of build-time C: unicc's side of native_wire.h.
 *
 * The child is a program of its own (child/unicc-check.c), started with
 * nothing but two pipes. What it sends is a stranger's: sizes are bounded,
 * numbers must be those of the calls, and values those of the declared types.
 * A crash, a hang or a broken answer ends the child, never unicc.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "native.h"
#include "native_wire.h"

enum {
	/* Between two looks at a child that does nothing, and how many of them in
	 * a row find it asleep before it is ended. */
	LOOK_MS = 500,
	LOOKS_MAX = 3,
	STACK_BYTES_MAX = 8 << 20,
	READ_BYTES = 64 << 10,
	DEATHS_MAX = 4,		/* each may have taken its 2 s */
};

/* One child, kept for the run. */
struct child {
	const struct module *module;
	pid_t pid;		/* 0: not running */
	int to, from;		/* pipes */
	uint64_t sent;		/* calls so far: the newest one's number */
	unsigned looks;		/* in a row at which it was asleep */
	unsigned deaths;
	struct native_failure failure;	/* of the last one */
	struct buffer input;	/* what it has written and nobody has read */
	size_t input_at;
};
static LIST(struct child *) children;

/* ---- The pipes -------------------------------------------------------------- */

static bool
read_some(struct child *child)
{
	uint8_t bytes[READ_BYTES];
	ssize_t got = read(child->from, bytes, sizeof bytes);

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	if (got == 0)
		return false;
	buffer_add(&child->input, bytes, (size_t)got);
	return true;
}

static bool
write_some(const struct child *child, struct bytes *output)
{
	ssize_t written = write(child->to, output->at, output->size);

	if (written < 0)
		return errno == EINTR || errno == EAGAIN;
	output->at += written;
	output->size -= (size_t)written;
	return true;
}

/* Does it wait for something? One that runs, or would on a less busy host, is
 * in another state; its CPU time has its own limit. */
static bool
is_asleep(pid_t pid)
{
	const char *path = arena_printf("/proc/%ld/stat", (long)pid);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char stat[256] = { 0 }, *end;
	ssize_t size = file < 0 ? 0 : read(file, stat, sizeof stat - 1);

	if (file >= 0)
		close(file);
	/* "PID (NAME) STATE ...": proc(5). */
	end = size <= 0 ? NULL : strchr(stat, ')');
	return end != NULL && end[1] == ' ' && end[2] == 'S';
}

/* Our ends do not block: the other side may be waiting too. False: it has gone,
 * or, with ETIMEDOUT, waits for what will not come. */
static bool
exchange(struct child *child, struct bytes *output)
{
	struct pollfd ends[2] = {
		{ .fd = child->from, .events = POLLIN },
		{ .fd = output->size == 0 ? -1 : child->to, .events = POLLOUT },
	};
	int ready = poll(ends, 2, LOOK_MS);

	if (ready < 0)
		return errno == EINTR;
	if (ready == 0) {
		child->looks = is_asleep(child->pid) ? child->looks + 1 : 0;
		errno = ETIMEDOUT;
		return child->looks < LOOKS_MAX;
	}
	child->looks = 0;
	errno = 0;
	if (ends[0].revents != 0 && !read_some(child))
		return false;
	return ends[1].revents == 0 || write_some(child, output);
}

enum received { RECEIVED_ALL, RECEIVED_PART, RECEIVED_WRONG };

/* Cut a message off the input; its payload is borrowed until the next read. */
static enum received
take_message(struct child *child, struct wire_head *head, struct bytes *payload)
{
	struct buffer *input = &child->input;
	size_t left = input->size - child->input_at;

	if (left < sizeof *head)
		return RECEIVED_PART;
	memcpy(head, input->at + child->input_at, sizeof *head);
	if (head->payload_bytes > WIRE_BYTES_MAX + sizeof *head)
		return RECEIVED_WRONG;
	if (left < sizeof *head + head->payload_bytes)
		return RECEIVED_PART;
	*payload = (struct bytes){
		(const uint8_t *)input->at + child->input_at + sizeof *head,
		head->payload_bytes };
	child->input_at += sizeof *head + head->payload_bytes;
	return RECEIVED_ALL;
}

/* Forget what was read already. */
static void
trim(struct child *child)
{
	struct buffer *input = &child->input;

	if (child->input_at == 0)
		return;
	memmove(input->at, input->at + child->input_at,
		input->size - child->input_at);
	input->size -= child->input_at;
	child->input_at = 0;
}

/* ---- Starting ------------------------------------------------------------------ */

/* What it is to load, and its functions: native_wire.h. */
static struct buffer
first_message(const struct module *module, const char *library)
{
	struct wire_head head = { 0, 0 };
	struct buffer message = { 0 };
	size_t i, j;

	buffer_add(&message, &head, sizeof head);
	buffer_add(&message, library, strlen(library) + 1);
	for (i = 0; i < module->functions.count; i++) {
		const struct function *function = &module->functions.at[i];

		buffer_printf(&message, "%s_%s", module->name, function->name);
		buffer_add(&message, "", 1);
		c_type_write_code(&message, &function->result);
		for (j = 0; j < function->arguments_count; j++)
			c_type_write_code(&message, &function->arguments[j]);
		buffer_add(&message, "", 1);
	}
	head.payload_bytes = message.size - sizeof head;
	memcpy(message.at, &head, sizeof head);
	return message;
}

/* Between fork and exec. Addresses stay the same from run to run, so that what
 * the code computes from one does too. */
static _Noreturn void
become_child(const char *program, int from, int to, pid_t parent)
{
	struct rlimit stack = { 0, 0 };
	char *arguments[] = { (char[]){ "unicc-check" }, NULL };
	char *environment[] = { NULL };

	getrlimit(RLIMIT_STACK, &stack);
	if (stack.rlim_cur > STACK_BYTES_MAX)
		stack.rlim_cur = STACK_BYTES_MAX;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	personality(ADDR_NO_RANDOMIZE);
	if (getppid() == parent && setrlimit(RLIMIT_STACK, &stack) == 0 &&
	    dup2(from, 0) == 0 && dup2(to, 1) == 1)
		execve(program, arguments, environment);
	_exit(1);
}

static bool
open_pipes(int requests[2], int answers[2])
{
	if (pipe2(requests, O_CLOEXEC) != 0)
		return false;
	if (pipe2(answers, O_CLOEXEC) == 0)
		return true;
	close(requests[0]);
	close(requests[1]);
	return false;
}

static bool
spawn(struct child *child)
{
	const char *program = host_join(build_root(), "build/check/unicc-check");
	int requests[2], answers[2];
	pid_t parent = getpid();

	if (!open_pipes(requests, answers))
		return false;
	child->pid = fork();
	if (child->pid == 0)
		become_child(program, requests[0], answers[1], parent);
	close(requests[0]);
	close(answers[1]);
	child->to = requests[1];
	child->from = answers[0];
	if (child->pid < 0) {
		child->pid = 0;
		close(child->to);
		close(child->from);
		return false;
	}
	child->sent = 0;
	child->looks = 0;
	child->input.size = child->input_at = 0;
	return fcntl(child->to, F_SETFL, O_NONBLOCK) == 0 &&
	       fcntl(child->from, F_SETFL, O_NONBLOCK) == 0;
}

static const char *
why_it_ended(int status)
{
	if (WIFEXITED(status))
		return "it ended without an answer";
	switch (WTERMSIG(status)) {
	case SIGXCPU:
		return "it ran for more than 2 s";
	case SIGALRM:
		return "it waited for something";
	case SIGKILL:
		return "it made a system call";
	default:
		return arena_printf("it crashed: %s",
				    strsignal(WTERMSIG(status)));
	}
}

/* The child is of no more use: end it, and say why if nothing else was. */
static void
bury(struct child *child, const char *why)
{
	int status = 0;

	if (why != NULL)
		kill(child->pid, SIGKILL);
	else if (errno == ETIMEDOUT)
		kill(child->pid, SIGALRM);
	close(child->to);
	close(child->from);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
	child->deaths++;
	child->failure = (struct native_failure){ .code = E0406,
		.text = why != NULL ? why : why_it_ended(status) };
}

/* A payload of WIRE_REFUSED: a function that is missing, or words. */
static void
take_refusal(struct child *child, struct bytes payload)
{
	const struct module *module = child->module;
	const char *text = arena_copy_n((const char *)payload.at, payload.size);
	size_t i;

	bury(child, text);
	for (i = 0; i < module->functions.count; i++)
		if (text_equal(text, arena_printf("%s_%s", module->name,
					module->functions.at[i].name)))
			child->failure = (struct native_failure){
				.code = E0407,
				.text = arena_printf("check.c has no function "
						     "%s", text),
				.also = module->functions.at[i].where,
				.also_text = "it is declared here" };
}

/* Until it says that its sandbox stands. */
static bool
start_child(struct child *child)
{
	const char *library = native_library(child->module, &child->failure);
	struct wire_head head = { 0, 0 };
	struct bytes payload, output;
	enum received received = RECEIVED_PART;
	struct buffer message;

	if (library == NULL) {
		child->deaths = DEATHS_MAX;
		return false;
	}
	if (!spawn(child)) {
		child->failure = (struct native_failure){ .code = E0406,
			.text = "no pipe or process can be had" };
		return false;
	}
	message = first_message(child->module, library);
	output = (struct bytes){ (const uint8_t *)message.at, message.size };
	while (received == RECEIVED_PART && exchange(child, &output))
		received = take_message(child, &head, &payload);
	free(message.at);
	if (received == RECEIVED_ALL && head.number == 0)
		return true;
	if (received == RECEIVED_ALL && head.number == WIRE_REFUSED)
		take_refusal(child, payload);
	else
		bury(child, received == RECEIVED_PART
				    ? "unicc-check is missing or does not start"
				    : "it is not understood");
	return false;
}

static struct child *
find_child(const struct module *module)
{
	struct child *child;
	size_t i;

	for (i = 0; i < children.count; i++)
		if (children.at[i]->module == module)
			return children.at[i];
	child = arena_alloc(1, sizeof *child);
	child->module = module;
	*list_add(&children) = child;
	return child;
}

/* ---- Calls -------------------------------------------------------------------- */

/* False: one of them is too large. */
static bool
encode_calls(struct child *child, const struct function *function,
	     const struct native_call *calls, size_t count,
	     struct buffer *message)
{
	uint64_t index = (uint64_t)(function - child->module->functions.at);
	struct wire_head head;
	size_t i, j, start;

	for (i = 0; i < count; i++) {
		start = message->size;
		head = (struct wire_head){ ++child->sent, 0 };
		buffer_add(message, &head, sizeof head);
		buffer_add(message, &index, sizeof index);
		for (j = 0; j < function->arguments_count; j++)
			c_type_encode(message, &function->arguments[j],
				      &calls[i].arguments[j]);
		head.payload_bytes = message->size - start - sizeof head;
		memcpy(message->at + start, &head, sizeof head);
		if (head.payload_bytes > WIRE_BYTES_MAX)
			return false;
	}
	return true;
}

/* Take what answers there are. NULL, or what is wrong with one. */
static const char *
take_answers(struct child *child, const struct function *function,
	     struct native_call *calls, size_t count, size_t *done)
{
	uint64_t first = child->sent - count + 1;
	enum received received;
	struct wire_head head;
	struct bytes payload;

	while ((received = take_message(child, &head, &payload)) ==
	       RECEIVED_ALL) {
		if (*done == count || head.number != first + *done)
			return "it wrote what is no answer";
		if (!c_type_decode(&payload, &function->result,
				   &calls[*done].result) ||
		    payload.size != 0)
			return arena_printf(
				function->result.kind == C_BYTES
					? "it has no result of %s"
					: "its result is no %s",
				c_type_show(&function->result));
		(*done)++;
	}
	trim(child);
	return received == RECEIVED_WRONG ? "it wrote what is no answer" : NULL;
}

/* All of calls at once. False: the child is gone, and failure says why. */
static bool
send_calls(struct child *child, const struct function *function,
	   struct native_call *calls, size_t count)
{
	struct buffer message = { 0 };
	const char *wrong = NULL;
	struct bytes output;
	size_t done = 0;

	if (child->pid == 0 && !start_child(child))
		return false;
	if (!encode_calls(child, function, calls, count, &message)) {
		free(message.at);
		bury(child, "its arguments take more than 16 MiB");
		return false;
	}
	output = (struct bytes){ (const uint8_t *)message.at, message.size };
	/* Something may have come that nobody asked for. */
	wrong = take_answers(child, function, calls, count, &done);
	while (wrong == NULL && done < count) {
		if (!exchange(child, &output)) {
			bury(child, NULL);
			break;
		}
		wrong = take_answers(child, function, calls, count, &done);
	}
	free(message.at);
	if (wrong != NULL)
		bury(child, wrong);
	child->failure.call = done;
	return wrong == NULL && done == count;
}

/* A child that has died has taken answers with it that it had ready: one call
 * after the other tells which of them it was. */
static void
find_guilty(struct child *child, const struct function *function,
	    struct native_call *calls, size_t count)
{
	size_t i;

	for (i = 0; i < count && child->deaths < DEATHS_MAX; i++)
		if (!send_calls(child, function, &calls[i], 1)) {
			child->failure.call = i;
			return;
		}
}

bool
native_call_all(const struct module *module, const struct function *function,
		struct native_call *calls, size_t calls_count,
		struct native_failure *failure)
{
	struct child *child = find_child(module);
	bool is_good = false;
	void (*on_pipe)(int);

	/* A child that has gone is a failed write; elsewhere a closed pipe ends
	 * us as it ends others. */
	on_pipe = signal(SIGPIPE, SIG_IGN);
	if (child->pid != 0 || child->deaths < DEATHS_MAX) {
		is_good = send_calls(child, function, calls, calls_count);
		if (!is_good && calls_count > 1)
			find_guilty(child, function, calls, calls_count);
	}
	signal(SIGPIPE, on_pipe);
	*failure = child->failure;
	return is_good;
}

bool
native_call(const struct module *module, const struct function *function,
	    const struct native_value *arguments, struct native_value *result,
	    struct native_failure *failure)
{
	struct native_call call = { .arguments = arguments };
	bool is_good = native_call_all(module, function, &call, 1, failure);

	*result = call.result;
	return is_good;
}

void
native_complain(const struct native_failure *failure, struct where where,
		const char *subject, const char *function)
{
	/* Told of by who looked for the compiler. */
	if (failure->code == E0601)
		return;
	diag(failure->code, where, subject, "%s: %s", function, failure->text);
	if (failure->also.file != NULL)
		diag_also(failure->also, "%s", failure->also_text);
}
