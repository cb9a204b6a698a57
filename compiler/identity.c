/* SPDX-License-Identifier: ISC */
/* The identity that an image carries: see identity.h. */
#include "identity.h"

#include <string.h>

#include "unicc.h"

static void
hash_text(const char *text, uint8_t sha256[ELF_HASH_BYTES])
{
	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
}

/* A label is quoted: it may hold a line break. */
void
identity_add_source(struct buffer *lines, const char *tokens,
		    const char *label)
{
	buffer_printf(lines, "%s ", tokens);
	buffer_c_string(lines, label, strlen(label));
	buffer_printf(lines, "\n");
}

void
identity_linked(struct bytes file, const struct elf_image *image,
		uint8_t linked[ELF_HASH_BYTES])
{
	struct bytes empty = elf_without_slots(file, image);
	uint8_t leaves[ELF_LEAVES][ELF_HASH_BYTES];
	struct elf_image without;

	/* Cannot fail: only bytes of slots are others. */
	if (elf_read(empty, &without) != NULL)
		return;
	elf_leaves(empty, &without, leaves);
	hash_text(arena_printf("unicc linked 1\ntext %s\nconstants %s\n"
			       "data %s\n",
			       host_hex(leaves[0], ELF_HASH_BYTES),
			       host_hex(leaves[1], ELF_HASH_BYTES),
			       host_hex(leaves[2], ELF_HASH_BYTES)),
		  linked);
}

void
identity_code_root(const struct identity_leaves *leaves,
		   uint8_t code_root[ELF_HASH_BYTES])
{
	hash_text(arena_printf("unicc code 2\nvalues %s\nsources %s\n"
			       "toolchain %s\nlinked %s\n", leaves->values,
			       leaves->sources, leaves->toolchain,
			       leaves->linked),
		  code_root);
}

void
identity_instance_root(const uint8_t code_root[ELF_HASH_BYTES],
		       const uint8_t sealed[ELF_HASH_BYTES],
		       uint8_t instance_root[ELF_HASH_BYTES])
{
	hash_text(arena_printf("unicc instance 1\ncode %s\nsealed %s\n",
			       host_hex(code_root, ELF_HASH_BYTES),
			       host_hex(sealed, ELF_HASH_BYTES)),
		  instance_root);
}

void
identity_write(uint8_t *file, size_t size, const struct elf_image *image,
	       const uint8_t code_root[ELF_HASH_BYTES],
	       struct elf_identity *identity)
{
	uint8_t sealed[ELF_HASH_BYTES];

	memcpy(identity->code_root, code_root, ELF_HASH_BYTES);
	elf_sealed_leaf(image, sealed);
	identity_instance_root(code_root, sealed, identity->instance_root);
	elf_leaves((struct bytes){ file, size }, image, identity->leaves);
	elf_identity_set(file, image, identity);
}

const char *
identity_differs(struct bytes file, const struct elf_image *image)
{
	static const char *const names[ELF_LEAVES] = {
		"text", "constants", "data",
	};
	uint8_t leaves[ELF_LEAVES][ELF_HASH_BYTES], sealed[ELF_HASH_BYTES];
	uint8_t instance_root[ELF_HASH_BYTES];
	struct elf_identity says;
	size_t i;

	elf_identity_get(file, image, &says);
	elf_leaves(file, image, leaves);
	for (i = 0; i < ELF_LEAVES; i++)
		if (memcmp(leaves[i], says.leaves[i], ELF_HASH_BYTES) != 0)
			return names[i];
	elf_sealed_leaf(image, sealed);
	identity_instance_root(says.code_root, sealed, instance_root);
	if (memcmp(instance_root, says.instance_root, ELF_HASH_BYTES) != 0)
		return "identity";
	return NULL;
}
