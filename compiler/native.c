/* SPDX-License-Identifier: ISC */
/*
 * Build-time C: a module's check.c, called through libffi in a child that can
 * do nothing but read its requests, write its answers and exit.
 *
 * The code is a shared object without a libc and without initialisers, so the
 * first instruction of it that runs is the function that was asked for, and
 * by then seccomp's strict mode and the limits are in force. A crash, a hang
 * or a broken answer ends the child, never unicc.
 */
#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <ffi.h>
#include <fcntl.h>
#include <gelf.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "toolchain.h"

enum {
	ARGUMENTS_MAX = 16,
	TEXT_MAX = 1024 * 1024,
	CPU_SECONDS_MAX = 2,
	/* For code that waits and uses no CPU; a busy host must not reach it. */
	ANSWER_SECONDS_MAX = 10,
};

/* What a child may map: its code's .bss is all the memory it can ask for. */
static const rlim_t child_bytes_max = (rlim_t)1 << 30;

/* One child, kept for the run. */
struct child {
	const struct module *module;
	pid_t pid;
	int to, from;		/* pipes; -1 after it has died */
	const char *failure;	/* why it cannot be used any more */
};
static LIST(struct child) children;

/* ---- The protocol: fixed records, texts after them ------------------------ */

struct wire_value {
	uint64_t number;
	uint32_t prefix_bits;
	uint8_t mac[6];
	uint8_t has_text;
	uint32_t text_bytes;
};

struct wire_call {
	uint32_t function;
	uint32_t arguments_count;
	struct wire_value arguments[ARGUMENTS_MAX];
};

/* Our ends do not block: the other side may be waiting too. */
static bool
wait_for(int file, short events)
{
	struct pollfd end = { .fd = file, .events = events };
	int count;

	do
		count = poll(&end, 1, ANSWER_SECONDS_MAX * 1000);
	while (count < 0 && errno == EINTR);
	if (count == 0)
		errno = ETIMEDOUT;
	return count > 0;
}

static bool
transfer(int file, void *bytes, size_t size, bool is_write)
{
	char *at = bytes;

	while (size != 0) {
		ssize_t moved = is_write ? write(file, at, size)
					 : read(file, at, size);

		if (moved < 0 && errno == EINTR)
			continue;
		if (moved < 0 && errno == EAGAIN) {
			if (!wait_for(file, is_write ? POLLOUT : POLLIN))
				return false;
			continue;
		}
		if (moved <= 0)
			return false;
		at += moved;
		size -= (size_t)moved;
	}
	return true;
}

/* ---- In the child ---------------------------------------------------------- */

struct cidr_argument {
	uint32_t address, prefix_bits;
};
struct mac_argument {
	uint8_t bytes[6];
};

static ffi_type *cidr_members[] = { &ffi_type_uint32, &ffi_type_uint32, NULL };
static ffi_type cidr_type = { 0, 0, FFI_TYPE_STRUCT, cidr_members };
static ffi_type *mac_members[] = {
	&ffi_type_uint8, &ffi_type_uint8, &ffi_type_uint8,
	&ffi_type_uint8, &ffi_type_uint8, &ffi_type_uint8, NULL,
};
static ffi_type mac_type = { 0, 0, FFI_TYPE_STRUCT, mac_members };

static ffi_type *const ffi_types[] = {
	[C_VOID] = &ffi_type_void, [C_FLAG] = &ffi_type_uint8,
	[C_U8] = &ffi_type_uint8, [C_U16] = &ffi_type_uint16,
	[C_U32] = &ffi_type_uint32, [C_U64] = &ffi_type_uint64,
	[C_I64] = &ffi_type_sint64, [C_TEXT] = &ffi_type_pointer,
	[C_CIDR] = &cidr_type, [C_MAC] = &mac_type,
	[C_IPV4] = &ffi_type_uint32,
};

union argument {
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	const char *text;
	struct cidr_argument cidr;
	struct mac_argument mac;
};

static void
set_argument(union argument *argument, enum c_type type,
	     const struct wire_value *value, const char *text)
{
	switch (type) {
	case C_VOID:
		break;
	case C_FLAG:
		argument->u8 = value->number != 0;
		break;
	case C_U8:
		argument->u8 = (uint8_t)value->number;
		break;
	case C_U16:
		argument->u16 = (uint16_t)value->number;
		break;
	case C_U32:
	case C_IPV4:
		argument->u32 = (uint32_t)value->number;
		break;
	case C_U64:
	case C_I64:
		argument->u64 = value->number;
		break;
	case C_TEXT:
		argument->text = text;
		break;
	case C_CIDR:
		argument->cidr.address = (uint32_t)value->number;
		argument->cidr.prefix_bits = value->prefix_bits;
		break;
	case C_MAC:
		memcpy(argument->mac.bytes, value->mac, 6);
		break;
	}
}

/* A result narrower than a register comes back widened (libffi, ffi_arg). */
static struct wire_value
get_result(enum c_type type, const void *bytes)
{
	struct wire_value value = { 0 };
	const char *text;
	ffi_arg word;

	memcpy(&word, bytes, sizeof word);
	if (type == C_TEXT) {
		memcpy(&text, bytes, sizeof text);
		value.has_text = text != NULL;
		if (text != NULL)
			value.text_bytes = (uint32_t)strnlen(text, TEXT_MAX);
	} else if (type == C_FLAG || type == C_U8) {
		value.number = (uint8_t)word;
	} else if (type == C_U16) {
		value.number = (uint16_t)word;
	} else if (type == C_U32 || type == C_IPV4) {
		value.number = (uint32_t)word;
	} else if (type == C_CIDR) {
		value.number = (uint32_t)word;
		value.prefix_bits = (uint32_t)(word >> 32);
	} else if (type == C_MAC) {
		memcpy(value.mac, bytes, sizeof value.mac);
	} else if (type != C_VOID) {
		value.number = word;
	}
	return value;
}

static char child_texts[ARGUMENTS_MAX][TEXT_MAX + 1];

static bool
serve_call(const struct module *module, void *const *symbols, int from, int to)
{
	union argument arguments[ARGUMENTS_MAX];
	union argument result[4];
	void *pointers[ARGUMENTS_MAX];
	ffi_type *types[ARGUMENTS_MAX];
	const struct function *function;
	struct wire_value answer;
	struct wire_call call;
	const char *text;
	ffi_cif cif;
	size_t i;

	if (!transfer(from, &call, sizeof call, false))
		return false;
	function = &module->functions.at[call.function];
	memset(result, 0, sizeof result);
	for (i = 0; i < call.arguments_count; i++) {
		const struct wire_value *value = &call.arguments[i];

		if (!transfer(from, child_texts[i], value->text_bytes, false))
			return false;
		child_texts[i][value->text_bytes] = '\0';
		set_argument(&arguments[i], function->arguments[i], value,
			     value->has_text ? child_texts[i] : NULL);
		pointers[i] = &arguments[i];
		types[i] = ffi_types[function->arguments[i]];
	}
	if (ffi_prep_cif(&cif, FFI_DEFAULT_ABI, call.arguments_count,
			 ffi_types[function->result], types) != FFI_OK)
		return false;
	/* POSIX lets a data pointer from dlsym be called. */
	ffi_call(&cif, FFI_FN((uintptr_t)symbols[call.function]), result,
		 pointers);
	answer = get_result(function->result, result);
	if (!transfer(to, &answer, sizeof answer, true))
		return false;
	memcpy(&text, result, sizeof text);
	return answer.text_bytes == 0 ||
	       transfer(to, (void *)(uintptr_t)text, answer.text_bytes, true);
}

/* Soft, so that SIGXCPU tells a hang from what seccomp kills. */
static bool
set_limit(int resource, rlim_t most)
{
	return setrlimit(resource, &(struct rlimit){ most, most + 1 }) == 0;
}

/*
 * exit_group is not among strict mode's four system calls; exit is, and ends
 * this process of one thread as well.
 */
static _Noreturn void
leave(int status)
{
	for (;;)
		syscall(SYS_exit, status);
}

static _Noreturn void
run_child(const struct module *module, const char *library, int from, int to)
{
	size_t count = module->functions.count, i;
	void **symbols = arena_alloc(count, sizeof *symbols);
	void *code = NULL;
	bool is_ready;

	if (set_limit(RLIMIT_DATA, child_bytes_max))
		code = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	is_ready = code != NULL;

	for (i = 0; is_ready && i < count; i++) {
		symbols[i] = dlsym(code, arena_printf("%s_%s", module->name,
					module->functions.at[i].name));
		is_ready = symbols[i] != NULL;
	}
	/* The pipes are all that is left open. */
	is_ready = is_ready && dup2(from, 0) == 0 && dup2(to, 1) == 1 &&
		   syscall(SYS_close_range, 2, ~0U, 0) == 0 &&
		   set_limit(RLIMIT_CPU, CPU_SECONDS_MAX) &&
		   set_limit(RLIMIT_CORE, 0) &&
		   prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0;
	while (is_ready && serve_call(module, symbols, 0, 1))
		;
	leave(1);
}

/* ---- In the parent ---------------------------------------------------------- */

/* The loader calls the resolver of an indirect function while it relocates. */
static bool
has_resolver(Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Rela relocation;
	GElf_Rel short_one;
	GElf_Sym symbol;
	int i;

	if (header->sh_type == SHT_RELA)
		for (i = 0; gelf_getrela(data, i, &relocation) != NULL; i++)
			if (GELF_R_TYPE(relocation.r_info) ==
			    R_X86_64_IRELATIVE)
				return true;
	if (header->sh_type == SHT_REL)
		for (i = 0; gelf_getrel(data, i, &short_one) != NULL; i++)
			if (GELF_R_TYPE(short_one.r_info) ==
			    R_X86_64_IRELATIVE)
				return true;
	if (header->sh_type == SHT_DYNSYM)
		for (i = 0; gelf_getsym(data, i, &symbol) != NULL; i++)
			if (GELF_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC)
				return true;
	return false;
}

/* Code that would run before the sandbox stands is refused unseen. */
static const char *
find_initialiser(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)) != NULL) {
		if (gelf_getshdr(section, &header) == NULL)
			return "its sections cannot be read";
		if (header.sh_type == SHT_INIT_ARRAY ||
		    header.sh_type == SHT_PREINIT_ARRAY)
			return "it has constructors";
		if (has_resolver(section, &header))
			return "it has indirect functions";
		if (header.sh_type == SHT_DYNAMIC) {
			Elf_Data *data = elf_getdata(section, NULL);
			GElf_Dyn entry;
			int i;

			for (i = 0; gelf_getdyn(data, i, &entry) != NULL; i++)
				if (entry.d_tag == DT_INIT ||
				    entry.d_tag == DT_NEEDED)
					return "it needs a library or an "
					       "initialiser";
		}
	}
	return NULL;
}

static const char *
refuse_library(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	const char *reason = "it is not a shared object";
	Elf *elf;

	if (file < 0)
		return strerror(errno);
	elf_version(EV_CURRENT);
	elf = elf_begin(file, ELF_C_READ, NULL);
	if (elf != NULL && elf_kind(elf) == ELF_K_ELF)
		reason = find_initialiser(elf);
	elf_end(elf);
	close(file);
	return reason;
}

/* A user's check.c sees the headers that the image's code sees, no libc's. */
static const char *const library_flags[] = {
	"-shared", "-fPIC", "-nostdlib", "-nostdlibinc", "-ffreestanding",
	"-std=c11", "-O1", "-fno-stack-protector", "--no-default-config",
};

/* clang on check.c; what it says, or what is asked of it, goes to output. */
static bool
run_clang(const struct module *module, const char *source,
	  const char *const *options, size_t options_count,
	  struct buffer *output)
{
	LIST(const char *) words = { 0 };
	size_t i;

	*list_add(&words) = toolchain_clang.path;
	for (i = 0; i < countof(library_flags); i++)
		*list_add(&words) = library_flags[i];
	*list_add(&words) = "-I";
	*list_add(&words) = host_join(build_root(), "kernel/include");
	*list_add(&words) = "-I";
	*list_add(&words) = host_folder_of(module->folder);
	for (i = 0; i < options_count; i++)
		*list_add(&words) = options[i];
	*list_add(&words) = source;
	*list_add(&words) = NULL;
	return host_run(words.at, output) == 0;
}

/* Build into a file beside the library's place and move it there. */
static bool
compile_library(const struct module *module, const char *source,
		const char *library, struct buffer *output)
{
	const char *beside = arena_printf("%s.%ld", library, (long)getpid());
	bool is_built;

	host_remove_on_interrupt(beside);
	is_built = run_clang(module, source,
			     (const char *[]){ "-o", beside }, 2, output) &&
		   rename(beside, library) == 0;
	if (!is_built)
		unlink(beside);
	host_keep(beside);
	return is_built;
}

/* Built on first use, keyed by what the compiler reads: check.c and all that
 * it includes, after preprocessing. */
static const char *
build_library(const struct module *module, const char **failure)
{
	const char *source = host_join(module->folder, "check.c");
	const char *folder = host_join(host_cache_folder(), "check");
	struct buffer text = { 0 }, output = { 0 };
	uint8_t sha256[32];
	const char *library;

	*failure = "the compiler is missing";
	if (!toolchain_locate(&toolchain_clang))
		return NULL;
	if (!host_exists(source) || !host_make_folders(folder)) {
		*failure = arena_printf("%s: %s", source, strerror(errno));
		return NULL;
	}
	if (run_clang(module, source, (const char *[]){ "-E", "-P" }, 2,
		      &text)) {
		host_sha256((struct bytes){ (const uint8_t *)text.at,
					    text.size }, sha256);
		library = host_join(folder,
				    arena_printf("%s-%s.so", module->name,
						 host_hex(sha256, 32)));
		if (host_exists(library) ||
		    compile_library(module, source, library, &output))
			return library;
	}
	*failure = arena_printf("%s does not compile:\n%s", source,
				output.size != 0 ? output.at
				: text.size != 0 ? text.at : "");
	return NULL;
}

static const char *
find_library(const struct module *module, const char *root,
	     const char **failure)
{
	const char *library;

	if (module->is_users)
		return build_library(module, failure);
	library = host_join(root, arena_printf("build/check/%s.so",
					       module->name));
	if (!host_exists(library)) {
		*failure = arena_printf("%s is missing: run make", library);
		return NULL;
	}
	return library;
}

static bool
start_child(struct child *child)
{
	const char *library = find_library(child->module, build_root(),
					   &child->failure);
	int requests[2], answers[2];

	child->to = child->from = -1;
	if (library == NULL)
		return false;
	child->failure = refuse_library(library);
	if (child->failure != NULL)
		return false;
	child->failure = "no pipe or process can be had";
	if (pipe2(requests, O_CLOEXEC) != 0)
		return false;
	if (pipe2(answers, O_CLOEXEC) != 0) {
		close(requests[0]);
		close(requests[1]);
		return false;
	}
	fflush(NULL);
	child->pid = fork();
	if (child->pid == 0)
		run_child(child->module, library, requests[0], answers[1]);
	close(requests[0]);
	close(answers[1]);
	child->to = requests[1];
	child->from = answers[0];
	if (child->pid < 0)
		return false;
	if (fcntl(child->to, F_SETFL, O_NONBLOCK) != 0 ||
	    fcntl(child->from, F_SETFL, O_NONBLOCK) != 0)
		return false;
	child->failure = NULL;
	return true;
}

static struct child *
find_child(const struct module *module)
{
	struct child *child;
	size_t i;

	for (i = 0; i < children.count; i++)
		if (children.at[i].module == module)
			return &children.at[i];
	child = list_add(&children);
	child->module = module;
	start_child(child);
	return child;
}

/* The child has gone or gives no answer: say why, once and for all later calls. */
static void
bury(struct child *child)
{
	int status = 0;

	if (errno == ETIMEDOUT)
		kill(child->pid, SIGALRM);
	close(child->to);
	close(child->from);
	child->to = child->from = -1;
	if (waitpid(child->pid, &status, 0) < 0 || WIFEXITED(status))
		child->failure = "its functions are not as declared";
	else if (WTERMSIG(status) == SIGXCPU)
		child->failure = "it ran for more than 2 s";
	else if (WTERMSIG(status) == SIGALRM)
		child->failure = "it waited for something";
	else if (WTERMSIG(status) == SIGKILL)
		child->failure = "it made a system call";
	else
		child->failure = arena_printf("it crashed: %s",
					      strsignal(WTERMSIG(status)));
}

static bool
send_call(const struct child *child, uint32_t function,
	  const struct native_value *arguments, size_t arguments_count)
{
	struct wire_call call = { function, (uint32_t)arguments_count, { { 0 } } };
	size_t i;

	for (i = 0; i < arguments_count; i++) {
		struct wire_value *value = &call.arguments[i];

		value->number = arguments[i].number;
		value->prefix_bits = arguments[i].value.prefix_bits;
		memcpy(value->mac, arguments[i].value.mac, sizeof value->mac);
		value->has_text = arguments[i].text != NULL;
		if (arguments[i].text != NULL)
			value->text_bytes = (uint32_t)strnlen(arguments[i].text,
							      TEXT_MAX);
	}
	if (!transfer(child->to, &call, sizeof call, true))
		return false;
	for (i = 0; i < arguments_count; i++)
		if (!transfer(child->to, (void *)(uintptr_t)arguments[i].text,
			      call.arguments[i].text_bytes, true))
			return false;
	return true;
}

static bool
receive_answer(const struct child *child, struct native_value *result)
{
	struct wire_value answer;
	char *text;

	if (!transfer(child->from, &answer, sizeof answer, false) ||
	    answer.text_bytes > TEXT_MAX)
		return false;
	result->number = answer.number;
	result->value.number = (int64_t)answer.number;
	result->value.prefix_bits = answer.prefix_bits;
	memcpy(result->value.mac, answer.mac, sizeof answer.mac);
	result->text = NULL;
	if (!answer.has_text)
		return true;
	text = arena_alloc(answer.text_bytes + 1, 1);
	result->text = text;
	return transfer(child->from, text, answer.text_bytes, false);
}

bool
native_call(const struct module *module, const char *function,
	    const struct native_value *arguments, size_t arguments_count,
	    struct native_value *result, const char **failure)
{
	struct child *child = find_child(module);
	void (*on_pipe)(int);
	size_t i;

	for (i = 0; i < module->functions.count; i++)
		if (text_equal(module->functions.at[i].name, function))
			break;
	assert(i < module->functions.count);
	assert(arguments_count == module->functions.at[i].arguments_count);
	assert(arguments_count <= ARGUMENTS_MAX);
	/* A child that has gone is a failed write; elsewhere a closed pipe ends
	 * us as it ends others. */
	on_pipe = signal(SIGPIPE, SIG_IGN);
	errno = 0;
	if (child->failure == NULL &&
	    (!send_call(child, (uint32_t)i, arguments, arguments_count) ||
	     !receive_answer(child, result)))
		bury(child);
	signal(SIGPIPE, on_pipe);
	*failure = child->failure;
	return child->failure == NULL;
}
