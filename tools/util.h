/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_UTIL_H
#define TOOLS_UTIL_H

#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __printf(a, b)	__attribute((format(printf, a, b)))

/* Return the last part of a path. Unlike basename(3), never change the path. */
static inline const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif /* TOOLS_UTIL_H */
