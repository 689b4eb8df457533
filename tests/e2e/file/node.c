// SPDX-License-Identifier: GPL-2.0
/*
 * The device node: which users may open it, and with which flags.
 *
 * vm: ports=one kernels=stock timeout=60 smp=any
 */
#include "lib.h"

#include <grp.h>
#include <sys/stat.h>

#define NODE		"/dev/parbiter0"
#define NOBODY		65534
#define LP_GROUP	7

static void mode_is_0660(void)
{
	struct stat st;

	wait_for(port_present(0));
	check_eq(stat(NODE, &st), 0);
	check(S_ISCHR(st.st_mode));
	check_eq(st.st_mode & 07777, 0660);
	check_eq(st.st_uid, 0);
}

/*
 * Open the device as another user. Return the error, or 0 if it could be
 * opened.
 */
static int open_as(void *arg)
{
	gid_t gid = *(gid_t *)arg;

	check_eq(setgroups(0, NULL), 0);
	check_eq(setgid(gid), 0);
	check_eq(setuid(NOBODY), 0);
	return -port_open_error(0);
}

static void group_may_others_may_not(void)
{
	gid_t lp = LP_GROUP, nogroup = NOBODY;

	check_eq(chown(NODE, 0, LP_GROUP), 0);
	check_eq(join(spawn(open_as, &nogroup)), EACCES);
	check_eq(join(spawn(open_as, &lp)), 0);
}

/* The access mode of the descriptor does not matter for arbitration. */
static void any_access_mode(void)
{
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		fd = open(NODE, modes[i] | O_NONBLOCK | O_EXCL | O_CLOEXEC);
		check(fd >= 0);
		check_eq(port_allocate(fd), 0);
		check_eq(port_free(fd), 0);
		close(fd);
	}
}

/* The link "device" in sysfs leads from the device to its port. */
static void device_leads_to_the_port(void)
{
	char target[256];
	const char *slash;
	ssize_t len;

	wait_for(port_present(0));
	len = readlink("/sys/class/misc/parbiter0/device", target,
		       sizeof(target) - 1);
	check(len > 0);
	target[len] = '\0';
	slash = strrchr(target, '/');
	check(slash);
	check_eq(strcmp(slash + 1, "parport0"), 0);
}

/* O_PATH opens the node only: no client is made. */
static void path_only(void)
{
	int fd = open(NODE, O_PATH | O_CLOEXEC);

	check(fd >= 0);
	check_eq(port_try(fd), -EBADF);
	close(fd);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(mode_is_0660),
		TEST(group_may_others_may_not),
		TEST(any_access_mode),
		TEST(device_leads_to_the_port),
		TEST(path_only),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
