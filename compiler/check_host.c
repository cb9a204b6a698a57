/* SPDX-License-Identifier: ISC */
/* What a domain's file gives, beside what the image needs: see check_host.h. */
#include "check_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"

enum { SECTOR_BYTES = 512 };

struct comparison {
	const struct build *build;
	const char *image_path, *folder;
	struct host_findings *findings;
};

/* A finding without a fix; the caller may add one. */
static struct host_finding *
find(const struct comparison *comparison, unsigned line, const char *field,
     const char *message)
{
	struct host_findings *findings = comparison->findings;
	struct host_finding *finding;

	findings->at = list_grow(findings->at, &findings->room,
				 findings->count, sizeof *findings->at);
	finding = &findings->at[findings->count++];
	*finding = (struct host_finding){ line, arena_copy(field), message,
					  NULL };
	return finding;
}

/* ---- Values ------------------------------------------------------------------ */

static bool
number_of(const struct xl_value *value, unsigned long long *number)
{
	char *end;

	if (value->kind == XL_LIST || value->text[0] < '0' ||
	    value->text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(value->text, &end, 0);
	return *end == '\0' && errno == 0;
}

static const char *
show(const struct xl_value *value)
{
	if (value->kind == XL_LIST)
		return "a list";
	return value->kind == XL_TEXT
		       ? arena_printf("\"%s\"", text_utf8(value->text))
		       : value->text;
}

static void
compare_number(const struct comparison *comparison, const char *field,
	       const struct xl_value *needed, const struct xl_value *given)
{
	unsigned long long needs = 0, found;
	bool is_number = number_of(given, &found);
	const char *how = "";

	number_of(needed, &needs);
	if (is_number && found == needs)
		return;
	if (is_number)
		how = found < needs ? ", which is too little" : ", which is more";
	find(comparison, given->line, field,
	     arena_printf("found %s%s; the image is built for %s", show(given),
			  how, needed->text))
		->fix = arena_printf("write %s = %s", field, needed->text);
}

/* "w" is xl's other word for "rw", "r" for "ro" (xl-disk-configuration(5)). */
static bool
is_same(const char *key, const char *needed, const char *given)
{
	if (text_equal(key, "mac"))
		return strcasecmp(needed, given) == 0;
	if (text_equal(key, "access") && strlen(given) == 1)
		return needed[0] == given[0] && strlen(needed) == 2;
	return text_equal(needed, given);
}

static void
compare_kernel(const struct comparison *comparison,
	       const struct xl_value *given)
{
	const char *path = host_join(comparison->folder, given->text);
	struct stat ours, theirs;

	if (stat(path, &theirs) != 0)
		find(comparison, given->line, "kernel",
		     arena_printf("found %s: %s", show(given), strerror(errno)))
			->fix = arena_printf("write kernel = \"%s.elf\"",
					     comparison->build->image.name);
	else if (stat(comparison->image_path, &ours) != 0 ||
		 ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino)
		find(comparison, given->line, "kernel",
		     arena_printf("found %s, which is not the image %s",
				  show(given), comparison->image_path));
}

static void
compare_text(const struct comparison *comparison, const char *field,
	     const struct xl_value *needed, const struct xl_value *given)
{
	if (given->kind == XL_TEXT && text_equal(field, "kernel"))
		compare_kernel(comparison, given);
	else if (given->kind != XL_TEXT ||
		 !text_equal(needed->text, given->text))
		find(comparison, given->line, field,
		     arena_printf("found %s; the image needs \"%s\"",
				  show(given), needed->text))
			->fix = arena_printf("write %s = \"%s\"", field,
					     needed->text);
}

/* ---- Devices ----------------------------------------------------------------- */

struct device_words {
	const char **keys, **values;
	size_t count;
};

/* "format=raw,vdev=xvda": words without a name are of a disk, in this order
 * (xl-disk-configuration(5), POSITIONAL). What follows target= is all of it. */
static struct device_words
split(const char *text)
{
	static const char *const positions[] = {
		"target", "format", "vdev", "access",
	};
	struct device_words words = { 0 };
	size_t room = strlen(text) + 1, position = 0;

	words.keys = arena_alloc(room, sizeof *words.keys);
	words.values = arena_alloc(room, sizeof *words.values);
	while (*text != '\0') {
		size_t size = text_starts(text, "target=") ? strlen(text)
							   : strcspn(text, ",");
		const char *word = arena_copy_n(text, size);
		const char *equals = strchr(word, '=');

		text += size + (text[size] == ',');
		if (equals != NULL) {
			words.keys[words.count] = arena_copy_n(
				word, (size_t)(equals - word));
			words.values[words.count++] = equals + 1;
		} else if (position < countof(positions)) {
			words.keys[words.count] = positions[position++];
			words.values[words.count++] = word;
		} else {
			words.keys[words.count] = word;
			words.values[words.count++] = "";
		}
	}
	return words;
}

static size_t
word_index(const struct device_words *words, const char *key)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		if (text_equal(words->keys[i], key))
			break;
	return i;
}

/* The file or device that is to be a disk, which can be looked at here. */
static void
check_disk(const struct comparison *comparison,
	   const struct instance *instance, const char *field, unsigned line,
	   const char *target)
{
	const struct value *sectors = device_value(instance, "sectors");
	const char *path = host_join(comparison->folder, target);
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	long long needs = sectors == NULL ? 0 : (long long)sectors->number;
	off_t bytes;

	if (file < 0) {
		find(comparison, line, field,
		     arena_printf("found \"%s\": %s", text_utf8(target),
				  strerror(errno)))
			->fix = "make the disk, or run this on the host that "
				"has it";
		return;
	}
	bytes = lseek(file, 0, SEEK_END);
	close(file);
	if (bytes / SECTOR_BYTES < needs)
		find(comparison, line, field,
		     arena_printf("\"%s\" has %lld sectors of %d bytes; %s "
				  "needs %lld", text_utf8(target),
				  (long long)bytes / SECTOR_BYTES, SECTOR_BYTES,
				  instance->name, needs))
			->fix = arena_printf("truncate -s %lld %s",
					     needs * SECTOR_BYTES, target);
}

static void
compare_device(const struct comparison *comparison, const char *field,
	       const struct instance *instance, const struct xl_value *needed,
	       const struct xl_value *given)
{
	struct device_words needs = split(needed->text);
	struct device_words has = split(given->kind == XL_TEXT ? given->text
							       : "");
	size_t i, j;

	for (i = 0; i < needs.count; i++) {
		const char *key = needs.keys[i];
		const char *name = arena_printf("%s.%s", field, key);

		j = word_index(&has, key);
		if (j == has.count)
			find(comparison, given->line, name,
			     arena_printf("it is missing; %s needs %s=%s",
					  instance->name, key, needs.values[i]));
		else if (!is_same(key, needs.values[i], has.values[j]))
			find(comparison, given->line, name,
			     arena_printf("found %s; %s needs %s",
					  text_utf8(has.values[j]),
					  instance->name, needs.values[i]));
		else if (text_equal(key, "target"))
			check_disk(comparison, instance, name, given->line,
				   has.values[j]);
	}
	for (j = 0; j < has.count; j++) {
		const char *name = arena_printf("%s.%s", field,
						text_utf8(has.keys[j]));

		if (word_index(&needs, has.keys[j]) == needs.count)
			find(comparison, given->line, name,
			     arena_printf("%s needs no such thing",
					  instance->name));
		else if (word_index(&has, has.keys[j]) != j)
			find(comparison, given->line, name,
			     "it is given twice");
	}
}

/* The instance that stands in a list at this place. */
static const struct instance *
device_of(const struct build *build, const char *list, size_t slot)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct device *device = &instance->module->device;

		if (device->xl_count != 0 && text_equal(device->xl[0], list) &&
		    instance->device_slot == (int)slot)
			return instance;
	}
	return NULL;
}

static void
compare_list(const struct comparison *comparison, const char *field,
	     const struct xl_value *needed, const struct xl_value *given)
{
	size_t has = given->kind == XL_LIST ? given->items_count : 0, i;
	const struct instance *instance;

	if (given->kind != XL_LIST)
		find(comparison, given->line, field,
		     arena_printf("found %s; a list is needed", show(given)));
	for (i = 0; i < needed->items_count; i++) {
		const char *name = arena_printf("%s[%zu]", field, i);

		instance = device_of(comparison->build, field, i);
		if (i >= has)
			find(comparison, given->line, name,
			     arena_printf("found none; it is %s, a %s",
					  instance->name,
					  instance->module->device.what))
				->fix = arena_printf("add \"%s\"",
						     needed->items[i].text);
		else
			compare_device(comparison, name, instance,
				       &needed->items[i], &given->items[i]);
	}
	for (; i < has; i++)
		find(comparison, given->items[i].line,
		     arena_printf("%s[%zu]", field, i),
		     "the image has no driver for it");
}

/* ---- The whole --------------------------------------------------------------- */

static const struct xl_value *
value_of(const struct xl_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->count; i++)
		if (text_equal(config->at[i].name, name))
			return &config->at[i].value;
	return NULL;
}

static void
compare_field(const struct comparison *comparison,
	      const struct xl_field *needed, const struct xl_value *given)
{
	static const struct xl_value nothing = { .kind = XL_LIST };

	if (needed->value.kind == XL_LIST)
		compare_list(comparison, needed->name, &needed->value,
			     given == NULL ? &nothing : given);
	else if (given == NULL)
		find(comparison, 0, needed->name, "it is missing")->fix =
			arena_printf("write %s = %s", needed->name,
				     show(&needed->value));
	else if (needed->value.kind == XL_NUMBER)
		compare_number(comparison, needed->name, &needed->value, given);
	else
		compare_text(comparison, needed->name, &needed->value, given);
}

void
check_host_compare(const struct build *build, const char *image_path,
		   const char *folder, const struct xl_config *needed,
		   const struct xl_config *given,
		   struct host_findings *findings)
{
	const struct comparison comparison = {
		build, image_path, folder, findings,
	};
	size_t i;

	for (i = 0; i < needed->count; i++)
		compare_field(&comparison, &needed->at[i],
			      value_of(given, needed->at[i].name));
	for (i = 0; i < given->count; i++) {
		const struct xl_field *field = &given->at[i];
		const struct xl_value *first = value_of(given, field->name);

		if (first != &field->value)
			find(&comparison, field->value.line, field->name,
			     arena_printf("it stands on line %u already",
					  first->line));
		else if (value_of(needed, field->name) == NULL)
			find(&comparison, field->value.line, field->name,
			     "the image needs no such thing")->fix =
				"remove it";
	}
}
