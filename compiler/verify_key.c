/* SPDX-License-Identifier: ISC */
/*
 * Who says so: a detached signature of the manifest's root, made and checked
 * with OpenSSH's signatures (ssh-keygen(1), -Y).
 *
 *     unicc id --root DIR | ssh-keygen -Y sign -n unicc -f KEY > DIR/NAME.sig
 *
 * What is signed is the root's 64 digits and a line break.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "built.h"
#include "verify.h"

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

/* Whose key made the signature, by the list; NULL after diag(). */
static const char *
find_signer(const char *signature, const char *signers)
{
	const char *argv[] = {
		"ssh-keygen", "-Y", "find-principals", "-s", signature, "-f",
		signers, NULL,
	};
	struct buffer said = { 0 };
	int status = run_keygen(argv, (struct bytes){ 0 }, &said);

	if (status == 0 && first_line(&said)[0] != '\0')
		return first_line(&said);
	if (status >= 0)
		diag(E1003, (struct where){ signature, 0, 0 }, NULL,
		     "no key in %s made it: %s", signers, first_line(&said));
	return NULL;
}

void
verify_key(struct verification *verification, const char *signers)
{
	const char *signature = built_beside(verification->image_path, ".sig");
	const char *root = verification->manifest.root, *signer;
	const char *line = root == NULL ? "" : arena_printf("%s\n", root);
	struct buffer said = { 0 };
	int status;

	if (root == NULL) {
		diag(E1003, (struct where){ signature, 0, 0 }, NULL,
		     "there is no manifest whose root it could sign");
		return;
	}
	if (access(signature, R_OK) != 0 || access(signers, R_OK) != 0) {
		const char *missing = access(signature, R_OK) != 0 ? signature
								   : signers;

		diag(E1003, (struct where){ missing, 0, 0 }, NULL, "%s",
		     strerror(errno));
		return;
	}
	signer = find_signer(signature, signers);
	if (signer == NULL)
		return;
	status = run_keygen((const char *[]){
			"ssh-keygen", "-Y", "verify", "-f", signers, "-I",
			signer, "-n", name_space, "-s", signature, NULL },
		(struct bytes){ (const uint8_t *)line, strlen(line) }, &said);
	if (status == 0)
		verification->signer = signer;
	else if (status > 0)
		diag(E1003, (struct where){ signature, 0, 0 }, signer,
		     "it is not one of this manifest's root: %s",
		     first_line(&said));
}
