/* SPDX-License-Identifier: ISC */
/*
 * A module's check.c as a shared object: the catalogue's is built by make, a
 * user's on first use, into the cache.
 *
 * Both are compiled with the declarations of module.lua before them
 * (native_write_header), so the C compiler compares each function with its
 * declaration, structs included.
 */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue.h"
#include "compile.h"
#include "confine.h"
#include "driver.h"
#include "label.h"
#include "native.h"
#include "toolchain.h"

enum { VARIABLES_BYTES_MAX = 4 << 20 };	/* unicc-check.c has the same */

/* ---- Declarations --------------------------------------------------------- */

static void
write_arguments(struct buffer *out, const struct function *function,
		const char *module)
{
	size_t i;

	for (i = 0; i < function->arguments_count; i++) {
		const char *name = function->argument_names[i];

		buffer_printf(out, "%s%s%s_", i == 0 ? "" : ", ",
			      c_type_in_c(&function->arguments[i], module),
			      name);
		if (function->arguments[i].kind == C_BYTES)
			buffer_printf(out, ", size_t %s_bytes_", name);
	}
	if (function->result.kind == C_BYTES)
		buffer_printf(out, "%suint8_t *result_, size_t result_max_",
			      i == 0 ? "" : ", ");
	else if (i == 0)
		buffer_printf(out, "void");
}

/* Arguments get a _ so that no macro or keyword of C is met. */
void
native_write_header(struct buffer *out, const struct module *module)
{
	size_t i, j;

	buffer_printf(out, "/* What %s/module.lua declares of check.c. Written "
			   "by unicc. */\n#include <unicc/types.h>\n",
		      module->name);
	for (i = 0; i < module->records.count; i++) {
		const struct c_record *record = module->records.at[i];

		buffer_printf(out, "struct %s_%s {\n", module->name,
			      record->name);
		for (j = 0; j < record->fields_count; j++)
			buffer_printf(out, "\t%s%s;\n",
				      c_type_in_c(&record->fields[j],
						  module->name),
				      record->field_names[j]);
		buffer_printf(out, "};\n");
	}
	for (i = 0; i < module->functions.count; i++) {
		const struct function *function = &module->functions.at[i];

		buffer_printf(out, "%s%s_%s(",
			      function->result.kind == C_BYTES
				      ? "size_t "
				      : c_type_in_c(&function->result,
						    module->name),
			      module->name, function->name);
		write_arguments(out, function, module->name);
		buffer_printf(out, ");\n");
	}
}

/* ---- Refusing what would run by itself --------------------------------------- */

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

static bool
needs_others(Elf_Scn *section)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Dyn entry;
	int i;

	for (i = 0; gelf_getdyn(data, i, &entry) != NULL; i++)
		if (entry.d_tag == DT_INIT || entry.d_tag == DT_NEEDED)
			return true;
	return false;
}

/* Code that would run before the sandbox stands is refused unseen. */
static const char *
find_fault(Elf *elf)
{
	Elf_Scn *section = NULL;
	uint64_t variables_bytes = 0;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)) != NULL) {
		if (gelf_getshdr(section, &header) == NULL)
			return "its sections cannot be read";
		if (header.sh_type == SHT_INIT_ARRAY ||
		    header.sh_type == SHT_PREINIT_ARRAY)
			return "it has constructors";
		if (has_resolver(section, &header))
			return "it has indirect functions";
		if (header.sh_type == SHT_DYNAMIC && needs_others(section))
			return "it needs a library or an initialiser";
		if ((header.sh_flags & (SHF_ALLOC | SHF_WRITE)) ==
		    (SHF_ALLOC | SHF_WRITE)) {
			if (header.sh_size > VARIABLES_BYTES_MAX)
				variables_bytes = VARIABLES_BYTES_MAX;
			variables_bytes += header.sh_size;
		}
	}
	return variables_bytes > VARIABLES_BYTES_MAX
		       ? "its variables take more than 4 MiB" : NULL;
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
		reason = find_fault(elf);
	elf_end(elf);
	close(file);
	return reason;
}

/* ---- Building a user's -------------------------------------------------------- */

/*
 * A user's check.c sees the headers that the image's code sees, no libc's.
 * It has no assembly, by which files could come in that no list names.
 */
static const char *const library_flags[] = {
	"-shared", "-fPIC", "-nostdlib", "-nostdlibinc", "-ffreestanding",
	"-std=c11", "-O1", "-fno-stack-protector", "-fno-gnu-inline-asm",
	"--no-default-config", "-fno-caret-diagnostics",
	"-fno-color-diagnostics", "-fuse-ld=lld", "-Wl,-z,norelro",
	"-Wl,--no-dependent-libraries",
};

static void
become_compiler(void)
{
	toolchain_environment();
	confine_apply();
}

/* clang on check.c; what it says, or what is asked of it, goes to output. */
static bool
run_clang(const struct module *module, const char *source, const char *header,
	  const char *const *options, struct buffer *output)
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
	*list_add(&words) = "-include";
	*list_add(&words) = header;
	for (; *options != NULL; options++)
		*list_add(&words) = *options;
	*list_add(&words) = source;
	*list_add(&words) = NULL;
	return host_run_after(words.at, output, become_compiler) == 0;
}

/* Build into a file beside the library's place and move it there. */
static bool
compile_library(const struct module *module, const char *source,
		const char *header, const char *library, struct buffer *output)
{
	const char *beside = arena_printf("%s.%ld", library, (long)getpid());
	bool is_built;

	host_remove_on_interrupt(beside);
	is_built = run_clang(module, source, header,
			     (const char *[]){ "-o", beside, NULL }, output) &&
		   rename(beside, library) == 0;
	if (!is_built)
		unlink(beside);
	host_keep(beside);
	return is_built;
}

/* The function that "conflicting types for 'app_judge'" is about, or NULL. */
static const struct function *
conflicting_function(const struct module *module, const char *text)
{
	const char *name = strchr(text, '\'');
	size_t prefix = strlen(module->name) + 1, size;

	if (name == NULL || !text_starts(text, "conflicting types for '"))
		return NULL;
	size = strcspn(++name, "'");
	if (size <= prefix)
		return NULL;
	return module_function(module, arena_copy_n(name + prefix,
						    size - prefix));
}

/* A place as the user would write it: his modules lie below their folder. */
static struct where
show(const struct module *module, const struct compile_remark *remark)
{
	const char *folder = label_absolute(module->folder);
	const char *path = remark->path;

	if (text_starts(path, arena_printf("%s/", folder)))
		path = host_join(module->folder, path + strlen(folder) + 1);
	return (struct where){ path, remark->line, remark->column };
}

static bool
first_error(const char *said, struct compile_remark *remark)
{
	size_t size;

	for (; *said != '\0'; said += size + (said[size] == '\n')) {
		size = strcspn(said, "\n");
		if (compile_remark(arena_copy_n(said, size), ".", remark) &&
		    text_equal(remark->kind, "error"))
			return true;
	}
	return false;
}

/* What clang said about check.c, its first error. */
static void
explain(const struct module *module, const char *said,
	struct native_failure *failure)
{
	const struct function *function;
	struct compile_remark remark = { 0 };

	*failure = (struct native_failure){ .code = E0406,
		.text = arena_printf("check.c does not compile: %s", said) };
	if (!first_error(said, &remark))
		return;
	failure->text = arena_printf("check.c does not compile: %s",
				     remark.text);
	if (remark.path != NULL) {
		failure->text = "check.c does not compile";
		failure->also = show(module, &remark);
		failure->also_text = remark.text;
	}
	if (confine_refused(remark.text)) {
		failure->code = E0408;
		failure->text = "check.c reads a file that is not its "
				"module's";
	}
	function = conflicting_function(module, remark.text);
	if (function != NULL) {
		failure->code = E0407;
		failure->text = arena_printf("module.lua declares it as %s",
					     c_signature_show(function));
		failure->also_text = "check.c defines it otherwise";
	}
}

/* The declarations, in the cache under the hash of their text. */
static const char *
write_header(const struct module *module, const char *folder)
{
	struct buffer text = { 0 };
	uint8_t sha256[32];
	struct bytes bytes;
	const char *path;

	native_write_header(&text, module);
	bytes = (struct bytes){ (const uint8_t *)text.at, text.size };
	host_sha256(bytes, sha256);
	path = host_join(folder, arena_printf("%s-%s.h", module->name,
					      host_hex(sha256, 32)));
	return host_exists(path) || host_write(path, bytes) ? path : NULL;
}

/* What makes a library: the flags, and the text that the compiler reads, the
 * declarations and all that check.c includes in it. */
static const char *
library_name(const struct module *module, struct buffer *text)
{
	uint8_t sha256[32];
	size_t i;

	for (i = 0; i < countof(library_flags); i++)
		buffer_printf(text, " %s", library_flags[i]);
	host_sha256((struct bytes){ (const uint8_t *)text->at, text->size },
		    sha256);
	return arena_printf("%s-%s.so", module->name, host_hex(sha256, 32));
}

/* Built on first use, into the cache. */
static const char *
build_library(const struct module *module, struct native_failure *failure)
{
	const char *source = host_join(module->folder, "check.c");
	const char *folder = host_join(host_cache_folder(), "check");
	struct buffer text = { 0 }, output = { 0 };
	const char *library, *header;

	if (!toolchain_locate(&toolchain_clang)) {
		*failure = (struct native_failure){ .code = E0601 };
		return NULL;
	}
	if (!host_exists(source) || !host_make_folders(folder) ||
	    (header = write_header(module, folder)) == NULL) {
		*failure = (struct native_failure){ .code = E0406,
			.text = arena_printf("%s: %s", source,
					     strerror(errno)) };
		return NULL;
	}
	confine_add(module->folder);
	if (run_clang(module, source, header,
		      (const char *[]){ "-E", "-P", NULL }, &text)) {
		library = host_join(folder, library_name(module, &text));
		if (host_exists(library) ||
		    compile_library(module, source, header, library, &output))
			return library;
	}
	explain(module, output.size != 0 ? output.at
		: text.size != 0 ? text.at : "", failure);
	return NULL;
}

const char *
native_library(const struct module *module, struct native_failure *failure)
{
	const char *library;

	if (module->is_users) {
		library = build_library(module, failure);
	} else {
		library = host_join(build_root(),
				    arena_printf("build/check/%s.so",
						 module->name));
		if (!host_exists(library)) {
			*failure = (struct native_failure){ .code = E0406,
				.text = arena_printf("%s is missing: run make",
						     library) };
			library = NULL;
		}
	}
	if (library == NULL)
		return NULL;
	failure->text = refuse_library(library);
	if (failure->text == NULL)
		return library;
	failure->code = E0406;
	return NULL;
}
