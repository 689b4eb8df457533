// SPDX-License-Identifier: GPL-2.0
/* Explain why this user may not open a device node. */
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "permission.h"

#define GROUP		"lp"
#define MAX_GROUPS	1024

/*
 * Does the group database have the user in the group? The groups of this process
 * may be older than that.
 */
static bool is_member(const struct passwd *user, gid_t group)
{
	gid_t groups[MAX_GROUPS];
	int i, n = MAX_GROUPS;

	if (!user || getgrouplist(user->pw_name, user->pw_gid, groups, &n) < 0)
		return false;
	for (i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* Is the rule there that gives the device to the group? */
static bool has_rule(void)
{
	return !access("/etc/udev/rules.d/60-parbiter.rules", F_OK) ||
	       !access("/usr/lib/udev/rules.d/60-parbiter.rules", F_OK);
}

void permission_explain(const char *port, const char *path)
{
	struct passwd *user = getpwuid(geteuid());
	const char *who = user ? user->pw_name : "NAME";
	struct group *group;
	struct stat st;

	if (stat(path, &st)) {
		print_error("%s: no permission to read the attributes of %s", port, path);
		return;
	}
	group = getgrgid(st.st_gid);
	if (!group || strcmp(group->gr_name, GROUP)) {
		print_error("%s: no permission to open %s: its group is %s, not %s",
			    port, path, group ? group->gr_name : "unknown", GROUP);
		print_remedy("%s'udevadm control --reload' and 'udevadm trigger', as root",
			     has_rule() ? "" : "install parbiter's udev rule (the package parbiter, or 'make install'), then ");
	} else if ((st.st_mode & 0060) != 0060) {
		print_error("%s: no permission to open %s: its mode is %04o, not 0660",
			    port, path, st.st_mode & 07777);
		print_remedy("look for a rule that sets the mode in /etc/udev/rules.d, and reload the rules");
	} else if (is_member(user, st.st_gid)) {
		print_error("%s: no permission to open %s: %s became a member of group %s after this login",
			    port, path, who, GROUP);
		print_remedy("log out and log in again");
	} else {
		print_error("%s: no permission to open %s: %s is not in group %s", port, path,
			    who, GROUP);
		print_remedy("'adduser %s %s' as root, then log out and log in again", who, GROUP);
	}
}
