// SPDX-License-Identifier: GPL-2.0
/* Virtual ports on command. */
#include "libvport.h"

#include <stdarg.h>

static int device = -1;

static int command(const char *text, char *answer, size_t size)
{
	ssize_t len;

	if (device < 0)
		device = open("/dev/parbiter-vport", O_RDWR | O_CLOEXEC);
	if (device < 0)
		fail("open /dev/parbiter-vport: %s", strerror(errno));
	if (write(device, text, strlen(text)) < 0)
		return -errno;
	len = read(device, answer, size - 1);
	check(len >= 0);
	answer[len] = '\0';
	return 0;
}

const char *vport(const char *fmt, ...)
{
	static char answer[8192];
	char text[256];
	va_list args;
	int ret;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ret = command(text, answer, sizeof(answer));
	if (ret)
		fail("vport: %s: %s", text, strerror(-ret));
	return answer;
}

int vport_error(const char *fmt, ...)
{
	char answer[256];
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return command(text, answer, sizeof(answer));
}

void vport_close(void)
{
	close(device);
	device = -1;
}

unsigned int vport_plug(const char *kind)
{
	unsigned int number = (unsigned int)atoi(vport("add %s", kind));

	wait_for(port_present(number));
	return number;
}

void vport_unplug(unsigned int number)
{
	vport("remove %u", number);
}

/* Nothing was called after the unplug, nothing is referred to, or masked. */
void vport_check_gone(unsigned int number)
{
	const char *answer = vport("show %u", number);

	if (!strstr(answer, "unplugged") || !strstr(answer, "late=0") ||
	    !strstr(answer, "masked=0") || !strstr(answer, "released=1"))
		fail("after the unplug: %s", answer);
}

/* The number after "NAME=" or "NAME " in an answer */
static long value_of(const char *answer, const char *name, int base)
{
	const char *at = answer;
	size_t len = strlen(name);

	while ((at = strstr(at, name))) {
		if ((at == answer || at[-1] == ' ' || at[-1] == '\n') &&
		    (at[len] == '=' || at[len] == ' '))
			return strtol(at + len + 1, NULL, base);
		at += len;
	}
	fail("no %s in: %s", name, answer);
}

unsigned int vport_register(unsigned int number, const char *name)
{
	return (unsigned int)value_of(vport("regs %u", number), name, 16);
}

unsigned int vport_mode(unsigned int number)
{
	return (unsigned int)value_of(vport("mode %u", number), "mode", 16);
}

long vport_counter(unsigned int number, const char *name)
{
	return value_of(vport("counters %u", number), name, 10);
}

long vport_accesses(unsigned int number)
{
	static const char * const names[] = {
		"reads.data", "reads.status", "reads.ctrl", "reads.ecr",
		"writes.data", "writes.status", "writes.ctrl", "writes.ecr",
	};
	const char *answer = vport("counters %u", number);
	unsigned int i;
	long sum = 0;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		sum += value_of(answer, names[i], 10);
	return sum;
}
