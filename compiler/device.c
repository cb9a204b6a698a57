/* SPDX-License-Identifier: ISC */
/*
 * What a host is told of a device: words of module.lua's device table with
 * what is known of the instance filled in.
 *
 *     %s        the instance's name
 *     %n        its number on its bus, from 0
 *     %l        the same as a letter, from a
 *     %{NAME}   the value of one of its settings
 *     %%        a percent sign
 *
 * A text that starts with %[NAME=VALUE] is empty unless the setting has that
 * value.
 */
#include "device.h"

#include <string.h>

#include "catalogue.h"
#include "instance.h"

const struct value *
device_value(const struct instance *instance, const char *name)
{
	size_t index = module_setting_index(instance->module, name);

	return index == instance->module->settings.count ||
	       !instance_has_value(instance, index)
		       ? NULL
		       : &instance->values[index];
}

/*
 * An address that a host can give to a device that asks for none: of the range
 * that Xen owns, and the same for every build of the image.
 */
static void
make_mac(const struct build *build, const struct instance *instance,
	 uint8_t mac[6])
{
	static const uint8_t range[3] = { 0x00, 0x16, 0x3e };
	const char *name = arena_printf("%s/%s", build->image.name,
					instance->name);
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)name, strlen(name) },
		    sha256);
	memcpy(mac, range, sizeof range);
	memcpy(mac + sizeof range, sha256, 3);
}

static const char *
mac_text(const uint8_t mac[6])
{
	return arena_printf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			    mac[2], mac[3], mac[4], mac[5]);
}

static const char *
setting_text(const struct build *build, const struct instance *instance,
	     const char *name)
{
	const struct value *value = device_value(instance, name);
	uint8_t mac[6];

	if (value == NULL && text_equal(name, "mac")) {
		make_mac(build, instance, mac);
		return mac_text(mac);
	}
	if (value == NULL)
		return "";
	if (value->type == TYPE_MAC)
		return mac_text(value->mac);
	if (value->text != NULL)
		return value->text;
	return arena_printf("%lld", (long long)value->number);
}

/* The size of the word that starts with this percent sign; 0: it is none. */
static size_t
word_size(const char *percent)
{
	const char *end = NULL;

	if (percent[1] != '\0' && strchr("snl%", percent[1]) != NULL)
		return 2;
	if (percent[1] == '{' || percent[1] == '[')
		end = strchr(percent, percent[1] == '{' ? '}' : ']');
	return end == NULL ? 0 : (size_t)(end + 1 - percent);
}

/* The setting that is named in a word of braces or brackets. */
static const char *
word_setting(const char *percent)
{
	return arena_copy_n(percent + 2, strcspn(percent + 2, "}]="));
}

/* The text after its condition; "" when that does not hold. */
static const char *
after_condition(const struct build *build, const struct instance *instance,
		const char *text)
{
	size_t size = text_starts(text, "%[") ? word_size(text) : 0;
	const char *is, *wanted;

	if (size == 0)
		return text;
	is = setting_text(build, instance, word_setting(text));
	wanted = text + 2 + strcspn(text + 2, "=]");
	wanted += *wanted == '=';
	return strlen(is) == (size_t)(text + size - 1 - wanted) &&
			       text_starts(wanted, is)
		       ? text + size
		       : "";
}

const char *
device_text(const struct build *build, const struct instance *instance,
	    const char *text)
{
	struct buffer out = { 0 };

	text = after_condition(build, instance, text);
	while (*text != '\0') {
		size_t size = *text == '%' ? word_size(text) : 0;

		if (size == 0) {
			buffer_add(&out, text++, 1);
			continue;
		}
		switch (text[1]) {
		case 's':
			buffer_printf(&out, "%s", instance->name);
			break;
		case 'n':
			buffer_printf(&out, "%d", instance->device_slot);
			break;
		case 'l':
			buffer_printf(&out, "%c",
				      'a' + instance->device_slot % 26);
			break;
		case '{':
			buffer_printf(&out, "%s", setting_text(build, instance,
							word_setting(text)));
			break;
		default:
			buffer_add(&out, "%", 1);
		}
		text += size;
	}
	return buffer_keep(&out);
}

static bool
is_told(const struct module *module, const char *name)
{
	size_t index = module_setting_index(module, name);

	if (index == module->settings.count)
		return false;
	switch (module->settings.at[index].type) {
	case TYPE_INT: case TYPE_SIZE: case TYPE_PORT: case TYPE_TEXT:
	case TYPE_CHOICE: case TYPE_MAC:
		return true;
	default:
		return false;
	}
}

bool
device_text_is_good(const struct module *module, const char *text)
{
	const char *at = strchr(text, '%');

	for (; at != NULL; at = strchr(at, '%')) {
		size_t size = word_size(at);
		bool is_condition = at[1] == '[';

		if (size == 0 || (is_condition && at != text) ||
		    ((is_condition || at[1] == '{') &&
		     !is_told(module, word_setting(at))))
			return false;
		at += size;
	}
	return true;
}

/* A setting's text that means nothing else to a host: not the end of a string,
 * of an option or of an element. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' ||
		    strchr("\"'\\,%<>&|#", *text) != NULL)
			return false;
	return true;
}

static void
check_told(const struct instance *instance, const char *text)
{
	const struct module *module = instance->module;

	for (; (text = strstr(text, "%{")) != NULL; text++) {
		const char *name = word_setting(text);
		const struct value *value = device_value(instance, name);
		size_t index = module_setting_index(module, name);

		if (value == NULL || value->type != TYPE_TEXT ||
		    is_plain(value->text))
			continue;
		diag(E0310, instance->origins[index].where,
		     arena_printf("%s.%s", instance->name, name),
		     "a host is told this text, and cannot be told a blank, a "
		     "quote, a comma or one of \\ %% < > & | # in it");
	}
}

void
device_check(const struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct device *device = &instance->module->device;

		for (j = 0; j < device->xl_count; j++)
			check_told(instance, device->xl[j]);
		for (j = 0; j < device->libvirt_count; j++)
			check_told(instance, device->libvirt[j]);
	}
}

const struct instance *
device_at(const struct build *build, const char *bus, int slot)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (instance->device_slot == slot &&
		    text_equal(instance->module->device.bus, bus))
			return instance;
	}
	return NULL;
}

bool
device_has_network(const struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		for (j = 0; j < instance->module->provides_count; j++)
			if (instance->device_slot >= 0 &&
			    text_equal(instance->module->provides[j], "netif"))
				return true;
	}
	return false;
}
