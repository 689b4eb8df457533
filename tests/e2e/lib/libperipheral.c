// SPDX-License-Identifier: GPL-2.0
/* The same sequences on ppdev and on parbiter, with a peripheral at the port */
#include "libperipheral.h"

/*
 * The lines of the control register that a peripheral sees, and the direction
 */
#define LINES		0x2f

static const struct device devices[] = {
	{ "/dev/parport", "ppdev", 0 },
	{ "/dev/parbiter", "parbiter", -EAGAIN },
};

static bool chosen[ARRAY_SIZE(devices)];

const struct device *device;
int fd;

struct record {
	char *text;
	size_t len;
	size_t size;
};

static void append(struct record *record, const char *line)
{
	size_t len = strlen(line);

	if (record->size - record->len <= len) {
		record->size = 2 * record->size + len + 1;
		record->text = realloc(record->text, record->size);
		check(record->text);
	}
	memcpy(record->text + record->len, line, len + 1);
	record->len += len;
}

/*
 * Append what the peripheral saw: data written and read, and changes of the
 * lines. Reads of the status lines are left out, because their number depends
 * on time. Writes that change nothing are left out, too: parbiter calls the
 * core again where ppdev waits inside the core.
 */
static void add_trace(struct record *record, unsigned int control)
{
	char command[32], line[64], *trace, *at;
	unsigned int value;
	size_t len;

	append(record, "");
	snprintf(command, sizeof(command), "trace %u", number);
	trace = vport_ask(command, &len);
	for (at = strtok(trace, "\n"); at; at = strtok(NULL, "\n")) {
		if (sscanf(at, "W ctrl %x", &value) == 1) {
			if (!((value ^ control) & LINES))
				continue;
			control = value;
			snprintf(line, sizeof(line), "lines %02x\n",
				 value & LINES);
		} else if (sscanf(at, "W data %x", &value) == 1) {
			snprintf(line, sizeof(line), "data %02x\n", value);
		} else if (sscanf(at, "R data %x", &value) == 1) {
			snprintf(line, sizeof(line), "read %02x\n", value);
		} else {
			continue;
		}
		append(record, line);
	}
	free(trace);
}

static void compare(struct record *a, struct record *b, const char *what)
{
	char *one, *two, *save_one, *save_two;
	unsigned int n = 0;

	/* ppdev reads the status lines all the time while it waits. */
	if (!a->text || !b->text || !strcmp(a->text, b->text))
		return;
	one = strtok_r(a->text, "\n", &save_one);
	two = strtok_r(b->text, "\n", &save_two);
	for (; one && two && !strcmp(one, two); n++) {
		one = strtok_r(NULL, "\n", &save_one);
		two = strtok_r(NULL, "\n", &save_two);
	}
	fail("%s differs after %u lines: %s: %s, %s: %s", what, n,
	     devices[0].path, one ? one : "nothing more",
	     devices[1].path, two ? two : "nothing more");
}

static void run_sequence(void (*sequence)(void), const char *kind,
			 const char *peripheral, struct record *lines,
			 struct record *said)
{
	unsigned int control;

	note("on %s", device->path);
	number = (unsigned int)atoi(vport("add %s", kind));
	if (peripheral)
		vport("peripheral %u %s", number, peripheral);
	vport("reset %u", number);
	control = vport_register(number, "ctrl");
	fd = open_device();
	check_eq(claim(fd), 0);
	sequence();
	close(fd);
	append(said, "");
	if (peripheral) {
		check_at_rest();
		append(said, vport("peripheral %u show", number));
	}
	if (vport_counter(number, "lost"))
		note("too long a trace to compare");
	else
		add_trace(lines, control);
	vport("clear");
}

void on_each(void (*sequence)(void), const char *kind, const char *peripheral)
{
	struct record lines[ARRAY_SIZE(devices)] = { };
	struct record said[ARRAY_SIZE(devices)] = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		if (!chosen[i])
			continue;
		device = &devices[i];
		run_sequence(sequence, kind, peripheral, &lines[i], &said[i]);
	}
	if (!chosen[0] || !chosen[1])
		return;
	compare(&said[0], &said[1], "what the peripheral says");
	compare(&lines[0], &lines[1], "what the peripheral saw");
}

void on_parbiter(void (*sequence)(void), const char *kind,
		 const char *peripheral)
{
	struct record lines = { }, said = { };

	if (!chosen[1])
		skip("not on %s", devices[0].path);
	device = &devices[1];
	run_sequence(sequence, kind, peripheral, &lines, &said);
}

int open_device(void)
{
	return node_open(device->path, number, 0);
}

int negotiate(int mode)
{
	return set_int(fd, PPNEGOT, mode);
}

/*
 * Negotiate the variant of the mode that the core can end, see
 * io/negotiation.c.
 */
void forget_address(int mode)
{
	if (mode & IEEE1284_ADDR)
		check_eq(negotiate(mode & ~IEEE1284_ADDR), 0);
}

/* ppdev uses the new time limit from the next claim on. */
void change_patience(int which, long seconds, long microseconds)
{
	set_patience(which, seconds, microseconds);
	check_eq(release(which), 0);
	check_eq(claim(which), 0);
}

bool peripheral_is(const char *name, const char *value)
{
	return !strcmp(vport_peripheral(number, name), value);
}

void check_at_rest(void)
{
	check(peripheral_is("mode", "compat"));
	check(peripheral_is("state", "compatibility"));
}

void check_mode(const char *name)
{
	const char *mode = vport_peripheral(number, "mode");

	if (strcmp(mode, name))
		fail("the peripheral is in mode %s, not %s", mode, name);
}

void check_count(const char *name, long want)
{
	long got = vport_peripheral_number(number, name);

	if (got != want)
		fail("%s: %ld, not %ld, in: %s", name, got, want,
		     vport("peripheral %u show", number));
}

unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

unsigned char *fill(size_t count)
{
	unsigned char *data = malloc(count);
	size_t i;

	check(data);
	for (i = 0; i < count; i++)
		data[i] = pattern(i);
	return data;
}

void check_pattern(const unsigned char *data, size_t from, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (data[i] != pattern(from + i))
			fail("byte %zu is %02x, not %02x", from + i, data[i],
			     pattern(from + i));
}

void send_pattern(size_t from, size_t count)
{
	unsigned char *data = fill(from + count);

	vport_send(number, data + from, count);
	free(data);
}

void check_received(size_t count)
{
	unsigned char *data = malloc(count + 1);

	check(data);
	check_eq(vport_received(number, data, count + 1), count);
	check_pattern(data, 0, count);
	free(data);
}

/* Choose a device by its path: "/dev/parport" or "/dev/parbiter". */
static void choose(const char *path)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (!path || !strcmp(path, devices[i].path))
			chosen[i] = true;
}

int run_on_devices(int argc, char **argv, const struct test *tests,
		   unsigned int n)
{
	static const char *modules[2 + ARRAY_SIZE(devices) + 1] = {
		"parport", "parbiter_vport",
	};
	static const struct setup setup = { .modules = modules };
	unsigned int i, loaded = 2;

	if (argc < 2)
		choose(slow_kernel() ? devices[1].path : NULL);
	for (i = 1; i < (unsigned int)argc; i++)
		choose(argv[i]);
	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (chosen[i])
			modules[loaded++] = devices[i].module;
	return run_tests_with(&setup, tests, n);
}
