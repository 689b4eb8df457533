// SPDX-License-Identifier: GPL-2.0
/* Who may open a device, and why this user may not. */
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

/* Is the user a member by the group file, whatever this session has? */
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

void permission_explain(const char *port, const char *path)
{
	struct passwd *user = getpwuid(geteuid());
	const char *who = user ? user->pw_name : "NAME";
	struct group *group;
	struct stat st;

	if (stat(path, &st)) {
		complain("%s: no permission to look at %s", port, path);
		return;
	}
	group = getgrgid(st.st_gid);
	if (!group || strcmp(group->gr_name, GROUP)) {
		complain("%s: no permission to open %s: its group is %s, not %s",
			 port, path, group ? group->gr_name : "unknown", GROUP);
		advise("install parbiter's udev rule ('make install'), then, as root,");
		advise("'udevadm control --reload' and 'udevadm trigger'");
	} else if ((st.st_mode & 0060) != 0060) {
		complain("%s: no permission to open %s: its mode is %04o, not 0660",
			 port, path, st.st_mode & 07777);
		advise("see the udev rules in /etc/udev/rules.d");
	} else if (is_member(user, st.st_gid)) {
		complain("%s: no permission to open %s: this session is older than", port,
			 path);
		complain("%s's membership of group %s", who, GROUP);
		advise("log out and in again");
	} else {
		complain("%s: no permission to open %s: %s is not in group %s", port, path,
			 who, GROUP);
		advise("'adduser %s %s' as root, then log in again", who, GROUP);
	}
}
