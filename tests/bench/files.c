// SPDX-License-Identifier: GPL-2.0
/* Many open files of a port: the first one owns it, the others have a request queued. */
#include <sys/resource.h>

#include "bench.h"

static int files[FILES_MAX];
static unsigned int n_files;

void files_open(unsigned int number, unsigned int n)
{
	struct rlimit limit = { .rlim_cur = FILES_MAX + 64,
				.rlim_max = FILES_MAX + 64 };

	check(n <= FILES_MAX);
	check_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (n_files = 0; n_files < n; n_files++)
		files[n_files] = port_open_flags(number, O_NONBLOCK);
}

void files_queue(void)
{
	unsigned int i;

	check_eq(port_allocate(files[0]), 0);
	for (i = 1; i < n_files; i++)
		check_eq(port_allocate(files[i]), -EINPROGRESS);
	check_eq(port_waiters(files[0]), n_files - 1);
}

bool files_owns(unsigned int i)
{
	return i < n_files && (port_poll(files[i]) & POLLOUT);
}

void files_free(unsigned int i)
{
	check_eq(port_free(files[i]), 0);
}

void files_close(void)
{
	while (n_files)
		close(files[--n_files]);
}
