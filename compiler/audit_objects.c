/* SPDX-License-Identifier: ISC */
/*
 * Audit, objects: which section a reference was made to.
 *
 * A reference to something that is not global names its section, as the
 * compiler gives each thing one, and an offset, which may lie before the thing
 * or at its end. What the link keeps of it names the output section. So what is
 * meant is read from the objects, before they are forgotten.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "unicc.h"

/* The sections of all objects, by unit and name. */
struct index {
	const struct audit_section **sections;
	size_t count;
};

static int
section_order(const void *a, const void *b)
{
	const struct audit_section *const *first = a, *const *second = b;

	if ((*first)->unit != (*second)->unit)
		return (*first)->unit < (*second)->unit ? -1 : 1;
	return strcmp((*first)->name, (*second)->name);
}

static struct index
make_index(const struct audit *audit)
{
	struct index index = {
		arena_alloc(audit->sections.count + 1, sizeof *index.sections),
		audit->sections.count,
	};
	size_t i;

	for (i = 0; i < index.count; i++)
		index.sections[i] = &audit->sections.at[i];
	if (index.count != 0)
		qsort(index.sections, index.count, sizeof *index.sections,
		      section_order);
	return index;
}

/* Where the linker placed a section; NULL: it dropped or merged it, or the
 * object has several of this name. */
static const struct audit_section *
find_section(const struct index *index, size_t unit, const char *name)
{
	struct audit_section wanted = { .unit = unit, .name = name };
	const struct audit_section *key = &wanted, **found;
	size_t at;

	found = bsearch(&key, index->sections, index->count,
			sizeof *index->sections, section_order);
	if (found == NULL)
		return NULL;
	at = (size_t)(found - index->sections);
	if ((at != 0 && section_order(found - 1, &key) == 0) ||
	    (at + 1 < index->count && section_order(found + 1, &key) == 0))
		return NULL;
	return *found;
}

static void
read_object(struct audit *audit, const struct index *index, size_t unit,
	    const struct linked *object)
{
	const struct audit_section **placed =
		arena_alloc(object->sections_count + 1, sizeof *placed);
	size_t i;

	for (i = 0; i < object->sections_count; i++)
		if (object->sections[i].is_loaded)
			placed[i] = find_section(index, unit,
						 object->sections[i].name);
	for (i = 0; i < object->relocations.count; i++) {
		const struct linked_relocation *relocation =
			&object->relocations.at[i];
		const struct linked_symbol *symbol =
			&object->symbols[relocation->symbol];

		if (symbol->is_section && placed[symbol->section] != NULL &&
		    placed[relocation->section] != NULL)
			*list_add(&audit->targets) = (struct audit_target){
				placed[relocation->section]->address +
					relocation->at,
				placed[symbol->section]->address,
			};
	}
}

void
audit_read_objects(struct audit *audit, const char *const *objects,
		   size_t objects_count)
{
	struct index index = make_index(audit);
	struct linked object;
	struct bytes bytes;
	size_t i;

	/* What cannot be read here could not be linked either. */
	for (i = 0; i < objects_count; i++)
		if (host_read(objects[i], &bytes) &&
		    linked_read(bytes, &object) == NULL)
			read_object(audit, &index, i, &object);
}
