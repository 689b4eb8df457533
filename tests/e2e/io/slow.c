// SPDX-License-Identifier: GPL-2.0
/*
 * A peripheral becomes slow in the middle of a transfer. Then PARBITER_FREE by
 * another thread, or the removal of the port, waits for a byte or two, and not
 * for the rest of a block. The test counts the bytes that are still
 * transferred, and not the time.
 *
 * vm: kernels=stock,debug,rt timeout=240 smp=any seconds=9
 */
#include "libclients.h"

/* bytes of one read(), and of one call of the core */
#define BLOCK		1024
/* bytes that are transferred before it is slow */
#define FAST_WRITE	2048
#define FAST_READ	600
#define AN_HOUR		3600

/*
 * The most bytes that may still be transferred: those of two calls of the core,
 * and those of the time for which a program has to wait for a processor on a
 * busy machine. Without a bound, the rest of the block would be transferred:
 * 1,022 bytes.
 */
#define FEW		60

/*
 * The removal does other things before it ends the transfer, above all it
 * removes device nodes, which takes long on a slow machine. The number is far
 * below the rest of a block.
 */
#define SOME		150

struct way {
	const char *name;
	int mode;
	bool reading;
};

static const struct way ways[] = {
	{ "compatibility mode", IEEE1284_MODE_COMPAT, false },
	{ "ECP mode, writing", IEEE1284_MODE_ECP, false },
	{ "nibble mode", IEEE1284_MODE_NIBBLE, true },
	{ "byte mode", IEEE1284_MODE_BYTE, true },
	{ "ECP mode, reading", IEEE1284_MODE_ECP, true },
};

static const struct way *way;
static unsigned char data[8 * BLOCK];

static long moved(void)
{
	return vport_peripheral_number(number, way->reading ? "sent" :
							      "received");
}

static long fast(void)
{
	return way->reading ? FAST_READ : FAST_WRITE;
}

static int transfer(void *arg)
{
	(void)arg;
	if (!way->reading)
		return do_write(a, data, sizeof(data)) < 0;
	/*
	 * The peripheral has two blocks to send, and becomes slow in the second
	 * one.
	 */
	return do_read(a, data, BLOCK) < 0;
}

static void begin(const char *kind, const char *options)
{
	note("%s", way->name);
	open_two(kind);
	vport("peripheral %u ieee1284 %s", number, options);
	check_eq(claim(a), 0);
	if (way->mode != IEEE1284_MODE_COMPAT)
		check_eq(set_int(a, PPNEGOT, way->mode), 0);
	set_patience(a, AN_HOUR, 0);
	if (way->reading)
		vport_send(number, data, 2 * BLOCK);
}

static pid_t begin_slow(const char *kind)
{
	char options[64];
	pid_t pid;

	snprintf(options, sizeof(options), "slow=10000 after=%ld", fast());
	begin(kind, options);
	pid = spawn(transfer, NULL);
	wait_for(moved() >= fast() + 2);
	return pid;
}

static void free_waits_for_a_few_bytes(const char *kind)
{
	pid_t pid = begin_slow(kind);
	long before = moved();

	check_eq(port_free(a), 0);
	note("%ld bytes", moved() - before);
	check(moved() - before <= FEW);
	check_eq(join(pid), 0);
	/* The transfer has ended with the ownership, however much is left. */
	check(moved() - before <= FEW);
	vport("peripheral %u none", number);
	close_two();
}

static void removal_waits_for_a_few_bytes(const char *kind)
{
	pid_t pid = begin_slow(kind);
	long before = moved();

	vport_unplug(number);
	note("%ld bytes", moved() - before);
	check(moved() - before <= SOME);
	check_eq(join(pid), 0);
	close_two_gone();
}

/* With O_NONBLOCK a call transfers only what can be transferred at once. */
static void nonblocking_does_a_few_bytes(const char *kind)
{
	long done;

	begin(kind, "slow=10000 after=16");
	set_nonblock(a, true);
	if (way->reading)
		done = do_read(a, data, BLOCK);
	else
		done = do_write(a, data, BLOCK);
	note("%ld bytes", done);
	check(done > 0);
	check(done <= 16 + FEW);
	check_eq(done, moved());
	vport("peripheral %u none", number);
	close_two();
}

static void in_all_ways(void (*test)(const char *kind))
{
	for (way = ways; way < ways + ARRAY_SIZE(ways); way++) {
		test("polled");
		test("irq");
	}
}

static void free_of_a_slow_transfer(void)
{
	in_all_ways(free_waits_for_a_few_bytes);
}

static void removal_during_a_slow_transfer(void)
{
	in_all_ways(removal_waits_for_a_few_bytes);
}

static void nonblocking_and_slow(void)
{
	in_all_ways(nonblocking_does_a_few_bytes);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(free_of_a_slow_transfer),
		TEST(removal_during_a_slow_transfer),
		TEST(nonblocking_and_slow),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
