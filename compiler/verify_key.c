/* SPDX-License-Identifier: ISC */
/*
 * Who says so: a detached signature of the manifest's root, made and checked
 * with OpenSSH's signatures (ssh-keygen(1), -Y).
 *
 *     unicc id --root DIR | ssh-keygen -Y sign -n unicc -f KEY > DIR/NAME.sig
 *
 * What is signed is the root's 64 digits and a line break.
 */
#include <string.h>

#include "built.h"
#include "verify.h"

enum { SIGNATURE_BYTES_MAX = 64 << 10, SIGNERS_MAX = 64 };

static const char name_space[] = "unicc";

static int
run_keygen(const char *const *argv, struct bytes input, struct buffer *said)
{
	int status = host_run_input(argv, input, said);

	if (status < 0 || status == 127) {
		diag(E0601, (struct where){ 0 }, "ssh-keygen",
		     "the program is not on PATH");
		diag_fix("apt-get install openssh-client");
		return -1;
	}
	return status;
}

static const char *
first_line(const struct buffer *said)
{
	return said->at == NULL ? "" : arena_copy_n(said->at,
						    strcspn(said->at, "\r\n"));
}

/* A file that is there and that ssh-keygen can read to its end; false after
 * diag(). */
static bool
can_read(const char *path, size_t most, struct bytes *bytes)
{
	const char *wrong = host_read(path, bytes) ? NULL : host_read_error();

	if (wrong == NULL && bytes->size > most)
		wrong = "it is no signature: it is too large";
	if (wrong != NULL)
		diag(E1003, (struct where){ path, 0, 0 }, NULL, "%s", wrong);
	return wrong == NULL;
}

/* What is asked about: the signature of a line, and the list of signers. */
struct question {
	const char *signature, *signers, *line;
	struct bytes list;	/* signers, without lines that were tried */
	const char *first, *why;	/* who was tried first, and the answer */
};

/* Whose key made the signature, by the first line of the list with that key, a
 * name a line; NULL: nobody's. False: it cannot be asked. */
static bool
find_names(struct question *question, const char **names)
{
	const char *argv[] = {
		"ssh-keygen", "-Y", "find-principals", "-s",
		question->signature, "-f", "/dev/stdin", NULL,
	};
	struct buffer said = { 0 };
	int status = run_keygen(argv, question->list, &said);

	*names = NULL;
	if (status == 0 && first_line(&said)[0] != '\0')
		*names = buffer_keep(&said);
	else if (question->why == NULL)
		question->why = first_line(&said);
	return status >= 0;
}

/* Has the signature been made in this one's name? */
static bool
is_signer(struct question *question, const char *name)
{
	const char *argv[] = {
		"ssh-keygen", "-Y", "verify", "-f", question->signers, "-I",
		name, "-n", name_space, "-s", question->signature, NULL,
	};
	struct bytes line = { (const uint8_t *)question->line,
			      strlen(question->line) };
	struct buffer said = { 0 };
	int status = run_keygen(argv, line, &said);

	if (question->first == NULL) {
		question->first = name;
		question->why = first_line(&said);
	}
	return status == 0;
}

/* Leave out the first line of the list that begins with this name, or with
 * several of which it is one; false: there is none. */
static bool
leave_out(struct question *question, const char *name)
{
	const char *text = arena_copy_n((const char *)question->list.at,
					question->list.size);
	const char *line = text, *next;
	struct buffer rest = { 0 };

	for (; *line != '\0'; line = next) {
		size_t size = strcspn(line, "\n");
		const char *who = arena_copy_n(line, strcspn(line, " \t\n"));

		next = line + size + (line[size] == '\n');
		if (strstr(who, name) != NULL)
			break;
	}
	if (*line == '\0')
		return false;
	buffer_add(&rest, text, (size_t)(line - text));
	buffer_add(&rest, next, strlen(next));
	question->list.size = rest.size;
	question->list.at = (const uint8_t *)buffer_keep(&rest);
	return true;
}

/* A key may stand in the list several times, for other names and purposes: one
 * of them is enough. NULL: none is. */
static const char *
find_signer(struct question *question)
{
	const char *names, *name;
	size_t i;

	for (i = 0; i < SIGNERS_MAX; i++) {
		if (!find_names(question, &names) || names == NULL)
			return NULL;
		for (name = ""; *names != '\0'; names += strspn(names, "\r\n")) {
			name = arena_copy_n(names, strcspn(names, "\r\n"));
			names += strlen(name);
			if (is_signer(question, name))
				return name;
		}
		if (!leave_out(question, name))
			return NULL;
	}
	return NULL;
}

void
verify_key(struct verification *verification, const char *signers)
{
	const char *root = verification->manifest.root;
	struct question question = {
		.signature = built_beside(verification->image_path, ".sig"),
		.signers = signers,
	};
	const struct where where = { question.signature, 0, 0 };
	struct bytes signature;

	if (root == NULL) {
		diag(E1003, where, NULL,
		     "there is no manifest whose root it could sign");
		return;
	}
	question.line = arena_printf("%s\n", root);
	if (!can_read(question.signature, SIGNATURE_BYTES_MAX, &signature) ||
	    !can_read(signers, SIZE_MAX, &question.list))
		return;
	verification->signer = find_signer(&question);
	if (verification->signer != NULL || question.why == NULL)
		return;
	if (question.first != NULL)
		diag(E1003, where, question.first,
		     "it is not one of this manifest's root: %s", question.why);
	else
		diag(E1003, where, NULL, "no key in %s made it: %s", signers,
		     question.why);
}
