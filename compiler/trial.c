/* SPDX-License-Identifier: ISC */
/* A child that dies in our place; see trial.h. */
#include "trial.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void
run(void (*act)(void *context), void *context)
{
	enum { SECONDS_MAX = 10 };
	static const rlim_t bytes_max = (rlim_t)4 << 30;
	struct rlimit none = { 0, 0 };
	struct rlimit time = { SECONDS_MAX, SECONDS_MAX };
	struct rlimit memory = { bytes_max, bytes_max };

	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    setrlimit(RLIMIT_CPU, &time) != 0 ||
	    setrlimit(RLIMIT_AS, &memory) != 0)
		_exit(1);
	act(context);
	_exit(0);
}

bool
trial(void (*act)(void *context), void *context)
{
	pid_t child = fork();
	int status = 1;

	if (child == 0)
		run(act, context);
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			break;
	return status == 0;
}
