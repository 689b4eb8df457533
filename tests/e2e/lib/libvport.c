// SPDX-License-Identifier: GPL-2.0
/* Virtual ports on command */
#include "libvport.h"

#include <stdarg.h>

static int device = -1;

int vport_run_tests(const struct test *tests, unsigned int n)
{
	static const char * const modules[] = {
		"parport", "parbiter_vport", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules };

	return run_tests_with(&setup, tests, n);
}

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

/*
 * Return all of an answer that may be long or may not be text. A zero byte is
 * appended.
 */
char *vport_ask(const char *text, size_t *len)
{
	size_t size = 65536, done = 0;
	char *answer = malloc(size);
	char first[1];
	ssize_t ret;

	ret = command(text, first, sizeof(first));
	if (ret)
		fail("vport: %s: %s", text, strerror((int)-ret));
	do {
		if (size - done < 2) {
			size *= 2;
			answer = realloc(answer, size);
		}
		check(answer);
		ret = read(device, answer + done, size - done - 1);
		check(ret >= 0);
		done += (size_t)ret;
	} while (ret > 0);
	answer[done] = '\0';
	*len = done;
	return answer;
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

/*
 * Check that nothing was called after the unplug, that nothing refers to the
 * port, and that its interrupt is not masked.
 */
void vport_check_gone(unsigned int number)
{
	const char *answer = vport("show %u", number);

	if (!strstr(answer, "unplugged") || !strstr(answer, "late=0") ||
	    !strstr(answer, "masked=0") || !strstr(answer, "released=1"))
		fail("after the unplug: %s", answer);
}

/* Return the number after "NAME=" or "NAME " in an answer. */
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

void vport_status(unsigned int number, const char *lines)
{
	vport("status %u %s", number, lines);
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

void vport_wait_polls(unsigned int number, long n)
{
	long before = vport_counter(number, "reads.status");

	wait_for(vport_counter(number, "reads.status") >= before + n);
}

const char *vport_peripheral(unsigned int number, const char *name)
{
	static char value[64];
	const char *answer = vport("peripheral %u show", number);
	const char *at = answer;
	size_t len = strlen(name);

	while (strncmp(at, name, len) || at[len] != ' ') {
		at = strchr(at, '\n');
		if (!at)
			fail("no %s in: %s", name, answer);
		at++;
	}
	at += len + 1;
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\n"), at);
	return value;
}

long vport_peripheral_number(unsigned int number, const char *name)
{
	return strtol(vport_peripheral(number, name), NULL, 10);
}

void vport_send(unsigned int number, const void *data, size_t len)
{
	const unsigned char *bytes = data;
	char hex[201];
	size_t i;

	while (len) {
		for (i = 0; i < len && i < 100; i++)
			snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
		vport("send %u %s", number, hex);
		bytes += i;
		len -= i;
	}
}

size_t vport_received(unsigned int number, void *data, size_t size)
{
	char text[32];
	char *answer;
	size_t len;

	snprintf(text, sizeof(text), "received %u", number);
	answer = vport_ask(text, &len);
	check(len <= size);
	memcpy(data, answer, len);
	free(answer);
	return len;
}
