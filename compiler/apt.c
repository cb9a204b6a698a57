/* SPDX-License-Identifier: ISC */
/*
 * A private apt: the machine's configuration and list of sources, each source
 * of the one type that is wanted, and every folder that apt writes replaced.
 *
 * Works without root. The machine's hooks are left out: an update of ours must
 * not make the machine's own apt do anything. Written against apt.conf(5) and
 * sources.list(5) of Debian 12; APT_CONFIG is read before all other files.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apt.h"

/* Settings of the machine's apt that are replaced or must not act here. */
static const char *const dropped_settings[] = {
	"APT::Update", "APT::Periodic", "APT::Sandbox", "Acquire::Languages",
	"DPkg", "Dir::State", "Dir::Cache", "Dir::Etc::main", "Dir::Etc::parts",
	"Dir::Etc::sourcelist", "Dir::Etc::sourceparts", "Unattended-Upgrade",
};

/* ---- Lists of sources ----------------------------------------------------- */

static const char *
skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* A line of packages becomes one of the type; one of source packages says
 * what a line of packages says, or more. */
static void
add_one_line(struct buffer *out, const char *line, size_t size,
	     const char *type)
{
	const char *word = skip_blanks(line);

	if (strncmp(word, "deb-src", 7) == 0 && text_equal(type, "deb"))
		return;
	if (strncmp(word, "deb", 3) == 0 &&
	    (word[3] == ' ' || word[3] == '\t' || word[3] == '[')) {
		buffer_printf(out, "%s", type);
		size -= (size_t)(word + 3 - line);
		line = word + 3;
	}
	buffer_add(out, line, size);
	buffer_add(out, "\n", 1);
}

static void
add_deb822_line(struct buffer *out, const char *line, size_t size,
		const char *type)
{
	if (strncasecmp(line, "Types:", 6) == 0)
		buffer_printf(out, "Types: %s\n", type);
	else {
		buffer_add(out, line, size);
		buffer_add(out, "\n", 1);
	}
}

void
apt_sources_list(struct buffer *out, const char *text, bool is_deb822,
		 const char *type)
{
	while (*text != '\0') {
		size_t size = strcspn(text, "\n");

		if (is_deb822)
			add_deb822_line(out, text, size, type);
		else
			add_one_line(out, text, size, type);
		text += size + (text[size] == '\n');
	}
}

/* ---- The private configuration --------------------------------------------- */

/* The machine's value of one setting, as a path; "" when there is none. */
static const char *
apt_path(const char *setting)
{
	const char *argv[] = { "apt-config", "shell", "X", setting, NULL };
	struct buffer out = { 0 };
	char *start, *end;

	if (host_run(argv, &out) != 0 || out.size == 0)
		return "";
	start = strchr(out.at, '\'');
	end = start == NULL ? NULL : strrchr(out.at, '\'');
	return end == start ? ""
			    : arena_copy_n(start + 1, (size_t)(end - start - 1));
}

static bool
write_list(const char *from, const char *to, bool is_deb822,
	   const char *type)
{
	struct bytes bytes;
	struct buffer out = { 0 };

	if (!host_read(from, &bytes))
		return true;
	apt_sources_list(&out, arena_copy_n((const char *)bytes.at, bytes.size),
			 is_deb822, type);
	return host_write(to, (struct bytes){ (const uint8_t *)out.at, out.size });
}

/* Every list that the machine's apt reads, and no other. */
static bool
write_lists(const char *folder, const char *type)
{
	const char *parts = apt_path("Dir::Etc::sourceparts/d"), **names;
	size_t count, i;

	if (!host_make_folders(folder) ||
	    !write_list(apt_path("Dir::Etc::sourcelist/f"),
			host_join(folder, "machine.list"), false, type))
		return false;
	if (!host_list(parts, &names, &count))
		return true;
	for (i = 0; i < count; i++) {
		bool is_deb822 = text_ends(names[i], ".sources");

		if ((is_deb822 || text_ends(names[i], ".list")) &&
		    !write_list(host_join(parts, names[i]),
				host_join(folder, arena_printf("machine-%s",
							       names[i])),
				is_deb822, type))
			return false;
	}
	return true;
}

static bool
is_dropped(const char *line)
{
	size_t i;

	for (i = 0; i < countof(dropped_settings); i++) {
		size_t size = strlen(dropped_settings[i]);

		if (strncasecmp(line, dropped_settings[i], size) == 0 &&
		    !isalnum((unsigned char)line[size]))
			return true;
	}
	return false;
}

/* The file for APT_CONFIG; NULL when apt is missing or nothing can be
 * written. */
static const char *
write_configuration(const char *state, const char *type)
{
	const char *argv[] = { "apt-config", "dump", NULL }, *line, *path;
	const char *lists = host_join(state, "sources.list.d");
	struct buffer dump = { 0 }, out = { 0 };

	if (host_run(argv, &dump) != 0 || !write_lists(lists, type) ||
	    !host_make_folders(host_join(state, "state/lists/partial")) ||
	    !host_make_folders(host_join(state, "cache/archives/partial")))
		return NULL;
	for (line = dump.at; line != NULL && *line != '\0';) {
		size_t size = strcspn(line, "\n");

		/* A setting is 'NAME "VALUE";'; others are warnings. */
		if (size > 2 && line[size - 1] == ';' && !is_dropped(line)) {
			buffer_add(&out, line, size);
			buffer_add(&out, "\n", 1);
		}
		line += size + (line[size] == '\n');
	}
	buffer_printf(&out, "Dir::Etc::main \"/dev/null\";\n"
			    "Dir::Etc::parts \"/dev/null\";\n"
			    "Dir::Etc::sourcelist \"/dev/null\";\n"
			    "Dir::Etc::sourceparts \"%s\";\n", lists);
	buffer_printf(&out, "Dir::State \"%s\";\n"
			    "Dir::State::status \"/dev/null\";\n"
			    "Dir::Cache \"%s\";\n",
		      host_join(state, "state"), host_join(state, "cache"));
	/* As root, apt would download as a user who may not write here. */
	buffer_printf(&out, "APT::Sandbox::User \"root\";\n"
			    "Acquire::Languages \"none\";\n");
	path = host_join(state, "apt.conf");
	return host_write(path, (struct bytes){ (const uint8_t *)out.at,
						out.size })
		       ? path
		       : NULL;
}

/* ---- Running it -------------------------------------------------------------- */

/* The first complaint of apt is the cause; others follow from it. */
static const char *
last_words(const struct buffer *output)
{
	const char *line = output->at;

	for (; line != NULL && *line != '\0';) {
		size_t size = strcspn(line, "\n");

		if (line[0] == 'E' && line[1] == ':')
			return arena_copy_n(line + 3, size < 3 ? 0 : size - 3);
		line += size + (line[size] == '\n');
	}
	return "apt-get failed without a word";
}

/* The versions that the mirrors have, "2.1.2, 2.2.0"; NULL if none. */
static const char *
versions_there(const char *environment, const char *name)
{
	const char *argv[] = { "env", environment, "LC_ALL=C", "apt-cache",
			       "showsrc", "--only-source", name, NULL };
	struct buffer output = { 0 }, versions = { 0 };
	const char *line;

	if (host_run(argv, &output) != 0)
		return NULL;
	for (line = output.at; line != NULL && *line != '\0';) {
		size_t size = strcspn(line, "\n");

		if (strncmp(line, "Version: ", 9) == 0)
			buffer_printf(&versions, "%s%.*s",
				      versions.size == 0 ? "" : ", ",
				      (int)(size - 9), line + 9);
		line += size + (line[size] == '\n');
	}
	return versions.at;
}

const char *
apt_prepare(const char *state, const char *type)
{
	const char *configuration = write_configuration(state, type);
	const char *environment;
	struct buffer output = { 0 };

	if (configuration == NULL)
		return NULL;
	environment = arena_printf("APT_CONFIG=%s", configuration);
	/* A mirror without sources makes the update fail and does not matter:
	 * what counts is whether the package can be had afterwards. */
	host_run((const char *[]){ "env", environment, "LC_ALL=C", "apt-get",
				   "update", "-q", NULL },
		 &output);
	return environment;
}

enum apt_result
apt_download(const struct package *package, const char *state,
	     const char *folder, const char **answer)
{
	const char *environment = apt_prepare(state, "deb-src");
	struct buffer output = { 0 };

	*answer = "apt is missing";
	if (environment == NULL)
		return APT_FAILED;
	if (host_run((const char *[]){
			     "env", "-C", folder, environment, "LC_ALL=C",
			     "apt-get", "source", "-q", "--download-only",
			     "--only-source",
			     arena_printf("%s=%s", package->name,
					  package->version),
			     NULL },
		     &output) == 0)
		return APT_DONE;
	*answer = versions_there(environment, package->name);
	if (*answer != NULL && strstr(*answer, package->version) == NULL)
		return APT_OTHER_VERSION;
	*answer = last_words(&output);
	return APT_FAILED;
}
