// SPDX-License-Identifier: GPL-2.0
/*
 * read() and write() by the owner, when the peripheral is slow, upset or away,
 * and when the port, the process or the ownership goes meanwhile. On a virtual
 * port whose status lines say what the test wants.
 *
 * vm: ports=none kernels=stock,debug,rt timeout=180
 */
#include "libclients.h"

#include <sys/mman.h>

/* Status lines: a printer that is ready, busy, out of paper (and busy). */
#define READY		"d8"
#define BUSY		"58"
#define PAPER_OUT	"78"

/* Status lines for nibble mode: ready, and nothing to send. */
#define NOTHING		"d8"

#define BLOCK		1024	/* of one call of the core */
#define AN_HOUR		3600

static void open_reset(const char *kind)
{
	open_two(kind);
	vport("reset %u", number);
}

static void set_status(const char *lines)
{
	vport("status %u %s", number, lines);
}

/* A write in a child, whose result others see. */
struct writer {
	int fd;
	const char *data;
	size_t count;
	long result;
	int done;
};

static struct writer *writer;

static int write_child(void *arg)
{
	(void)arg;
	handle(SIGUSR1, 0);
	writer->result = do_write(writer->fd, writer->data, writer->count);
	__atomic_store_n(&writer->done, 1, __ATOMIC_RELEASE);
	return 0;
}

static bool written(void)
{
	return __atomic_load_n(&writer->done, __ATOMIC_ACQUIRE);
}

static char *zeros(size_t size)
{
	char *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
			  MAP_NORESERVE, -1, 0);

	check(data != MAP_FAILED);
	return data;
}

static pid_t start_write(int fd, size_t count)
{
	writer = share(sizeof(*writer));
	writer->fd = fd;
	writer->data = zeros(count);
	writer->count = count;
	return spawn(write_child, NULL);
}

/* The core has looked at the status lines in vain @n times. */
static void wait_polls(long n)
{
	long before = vport_counter(number, "reads.status");

	wait_for(vport_counter(number, "reads.status") >= before + n);
}

static void every_byte_is_strobed_once(void)
{
	const size_t size = slow_kernel() ? 1 << 16 : 1 << 20;
	char *data = zeros(size);

	open_reset("polled");
	check_eq(claim(a), 0);
	check_eq(do_write(a, data, size), (long)size);
	check_eq(vport_counter(number, "writes.data"), (long)size);
	check_eq(do_write(a, data, 0), 0);
	check_eq(do_write(a, data, 1), 1);
	check_eq(vport_counter(number, "writes.data"), (long)size + 1);
	close_two();
}

static void busy_for_too_long(void)
{
	uint64_t start;

	open_reset("irq");
	check_eq(claim(a), 0);
	set_status(BUSY);
	set_patience(a, 0, 300000);
	start = now_ns();
	check_eq(do_write(a, "x", 1), 0);
	check(now_ns() - start >= 300 * NSEC_PER_MSEC);
	check_eq(vport_counter(number, "writes.data"), 0);
	close_two();
}

static void nonblocking_busy(void)
{
	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_nonblock(a, true);
	set_status(BUSY);
	check_eq(do_write(a, "x", 1), -EAGAIN);
	set_status(READY);
	check_eq(do_write(a, zeros(4 * BLOCK), 4 * BLOCK), BLOCK);
	close_two();
}

/* It has to be looked after: there is no use in waiting. */
static void out_of_paper(void)
{
	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(PAPER_OUT);
	check_eq(do_write(a, "x", 1), 0);
	set_status(READY);
	check_eq(do_write(a, "x", 1), 1);
	close_two();
}

static void goes_on_when_ready(void)
{
	pid_t pid;

	open_reset("polled");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(BUSY);
	pid = start_write(a, 3 * BLOCK);
	wait_polls(50);
	check(!written());
	set_status(READY);
	check_eq(join(pid), 0);
	check_eq(writer->result, 3 * BLOCK);
	check_eq(vport_counter(number, "writes.data"), 3 * BLOCK);
	close_two();
}

static void a_signal_ends_waiting(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(BUSY);
	pid = start_write(a, 1);
	wait_polls(50);
	kill(pid, SIGUSR1);
	check_eq(join(pid), 0);
	check_eq(writer->result, -EINTR);
	close_two();
}

/* A gigabyte would take hours: a signal ends it, and the count is right. */
static void a_gigabyte_is_interruptible(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	pid = start_write(a, 1 << 30);
	wait_for(vport_counter(number, "writes.data") > 2 * BLOCK);
	kill(pid, SIGUSR1);
	check_eq(join(pid), 0);
	check(writer->result > 2 * BLOCK);
	check_eq(writer->result, vport_counter(number, "writes.data"));
	close_two();
}

static void bad_memory_in_the_middle(void)
{
	char *data = zeros(2 * BLOCK + 4096);
	void * volatile nowhere = NULL;
	char *end = data + ((2 * BLOCK + 4095) & ~4095);

	open_reset("irq");
	check_eq(mprotect(end, 4096, PROT_NONE), 0);
	check_eq(claim(a), 0);
	check_eq(do_write(a, end - 2 * BLOCK, 3 * BLOCK), 2 * BLOCK);
	check_eq(do_write(a, end, BLOCK), -EFAULT);
	check_eq(do_write(a, nowhere, 1), -EFAULT);
	close_two();
}

static void unplugged_while_writing(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(BUSY);
	pid = start_write(a, 1);
	wait_polls(50);
	vport_unplug(number);
	check_eq(join(pid), 0);
	check_eq(writer->result, -ENODEV);
	close_two_gone();
}

static void unplugged_at_full_speed(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	pid = start_write(a, 1 << 30);
	wait_for(vport_counter(number, "writes.data") > BLOCK);
	vport_unplug(number);
	check_eq(join(pid), 0);
	check(writer->result > 0);
	close_two_gone();
}

/* Another thread gives the port up: the write is over, and the next owns. */
static void freed_while_writing(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(BUSY);
	pid = start_write(a, 1);
	wait_polls(50);
	check_eq(port_free(a), 0);
	check_eq(join(pid), 0);
	check_eq(writer->result, -EINVAL);
	check_eq(claim(b), 0);
	set_status(READY);
	check_eq(vport_counter(number, "writes.data"), 0);
	close_two();
}

/* Freed and had again: what others do in between is not to be in the middle. */
static void a_write_ends_with_its_turn(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(BUSY);
	pid = start_write(a, 1);
	wait_polls(50);
	check_eq(port_free(a), 0);
	check_eq(claim(a), 0);
	check_eq(join(pid), 0);
	check_eq(writer->result, -EINVAL);
	set_status(READY);
	check_eq(vport_counter(number, "writes.data"), 0);
	close_two();
}

/* A printer that takes its time for each byte: FREE waits for one or two. */
static void free_does_not_wait_for_a_block(void)
{
	long before;
	pid_t pid;

	open_reset("polled");
	vport("peripheral %u printer stall=1 polls=102", number);
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	pid = start_write(a, BLOCK);
	wait_for(atol(vport("received-count %u", number)) >= 8);
	before = atol(vport("received-count %u", number));
	check_eq(port_free(a), 0);
	check(atol(vport("received-count %u", number)) - before <= 8);
	check_eq(join(pid), 0);
	check_eq(writer->result, atol(vport("received-count %u", number)));
	check(writer->result < BLOCK);
	close_two();
}

static void killed_while_writing(void)
{
	pid_t pid, next;

	open_reset("irq");
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	set_status(BUSY);
	pid = start_write(a, 1);
	wait_polls(50);
	close(a);		/* the writer's is the only one left */
	next = spawn_request(b, PPCLAIM, NULL);
	wait_waiters(b, 1);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	check_eq(join(next), 0);
	close_two();
}

/*
 * Without an interrupt line the core would let others in while the printer is
 * busy, in the middle of the data.
 */
static void nobody_comes_between_the_bytes(void)
{
	const char *state;
	pid_t pid;
	int i;

	open_reset("polled");
	vport("nadd %u nat wakeup=yes", number);
	vport("nadd %u sleeper", number);
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	vport("reset %u", number);
	check_eq(vport_error("nclaim %u nat", number), -EBUSY);
	vport("nclaim-block %u sleeper", number);
	pid = start_write(a, 1 << 30);
	for (i = 0; i < 5; i++) {
		long before = vport_counter(number, "writes.data");

		wait_for(vport_counter(number, "writes.data") > before);
		set_status(BUSY);
		wait_polls(200);
		state = vport("nlist");
		if (!strstr(state, "blocked claims=1 grants=0") ||
		    strstr(state, "grants=1"))
			fail("let in: %s", state);
		set_status(READY);
	}
	check_eq(vport_counter(number, "ops.save"), 0);
	kill(pid, SIGUSR1);
	check_eq(join(pid), 0);
	check_eq(writer->result, vport_counter(number, "writes.data"));
	check_eq(release(a), 0);
	wait_for(strstr(vport("nlist"), "grants=1"));
	vport("clear");
	close(a);
	close(b);
}

/* A signal in the middle of it leaves the claim where it is, too. */
static void signals_leave_the_claim_alone(void)
{
	pid_t pid;
	int i;

	open_reset("polled");
	vport("nadd %u nat wakeup=yes", number);
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	check_eq(vport_error("nclaim %u nat", number), -EBUSY);
	vport("reset %u", number);
	for (i = 0; i < 10; i++) {
		set_status(READY);
		pid = start_write(a, 1 << 30);
		wait_for(vport_counter(number, "writes.data") > 0);
		set_status(BUSY);
		kill(pid, SIGUSR1);
		check_eq(join(pid), 0);
		check_eq(writer->result, vport_counter(number, "writes.data"));
		vport("reset %u", number);
	}
	check(strstr(vport("nlist"), "grants=0"));
	vport("clear");
	close(a);
	close(b);
}

/* Nobody answers the negotiation that a read needs. */
static void reading_from_a_plain_printer(void)
{
	char byte;

	open_reset("irq");
	check_eq(claim(a), 0);
	check_eq(do_read(a, &byte, 0), 0);
	check_eq(do_read(a, &byte, 1), -EIO);
	close_two();
}

static int interrupted_reader(void *arg)
{
	char byte;

	(void)arg;
	handle(SIGUSR1, 0);
	return (int)-do_read(a, &byte, 1);
}

/* A signal during the negotiation is no missing peripheral. */
static void a_signal_ends_a_reads_negotiation(void)
{
	pid_t pid;

	open_reset("irq");
	check_eq(claim(a), 0);
	vport("hook %u write_data delay 100000", number);
	pid = spawn(interrupted_reader, NULL);
	/* The first thing that a negotiation does */
	wait_for(vport_counter(number, "ops.write_data") > 0);
	kill(pid, SIGUSR1);
	check_eq(join(pid), EINTR);
	vport("hook %u write_data none", number);
	close_two();
}

static void begin_nibble(void)
{
	int mode = IEEE1284_MODE_NIBBLE;

	open_reset("irq");
	check_eq(claim(a), 0);
	check_eq(port_request(a, PPSETMODE, &mode), 0);
	set_status(NOTHING);
}

static void nothing_to_read(void)
{
	char byte;

	begin_nibble();
	set_nonblock(a, true);
	check_eq(do_read(a, &byte, 1), -EAGAIN);
	set_nonblock(a, false);
	handle(SIGALRM, 0);
	alarm(1);
	check_eq(do_read(a, &byte, 1), -EINTR);
	close_two();
}

static int read_child(void *arg)
{
	char byte;

	return (int)-do_read(*(int *)arg, &byte, 1);
}

static void unplugged_while_reading(void)
{
	pid_t pid;

	begin_nibble();
	pid = spawn(read_child, &a);
	wait_polls(5);
	vport_unplug(number);
	check_eq(join(pid), ENODEV);
	close_two_gone();
}

/* A descriptor that closes in a negotiated mode ends that mode first. */
static void closing_ends_the_mode(void)
{
	long before;
	int mode;

	begin_nibble();
	before = vport_counter(number, "writes.ctrl");
	close(a);
	check(vport_counter(number, "writes.ctrl") > before);
	check_eq(claim(b), 0);
	check_eq(port_request(b, PPGETMODE, &mode), 0);
	check_eq(mode, IEEE1284_MODE_COMPAT);
	close(b);

	/* Given up before the close: it owns once more. */
	begin_nibble();
	check_eq(release(a), 0);
	before = vport_counter(number, "writes.ctrl");
	close(a);
	check(vport_counter(number, "writes.ctrl") > before);
	check(port_is_free(b));
	close(b);
	vport("clear");
}

/* Who owns the port may do so for ever, and a close has to end. */
static void closing_does_not_wait_for_ever(void)
{
	long before;

	begin_nibble();
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	before = vport_accesses(number);
	close(a);
	check_eq(vport_accesses(number), before);
	check_eq(port_waiters(b), 0);
	close(b);
	vport("clear");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(every_byte_is_strobed_once),
		TEST(busy_for_too_long),
		TEST(nonblocking_busy),
		TEST(out_of_paper),
		TEST(goes_on_when_ready),
		TEST(a_signal_ends_waiting),
		TEST(a_gigabyte_is_interruptible),
		TEST(bad_memory_in_the_middle),
		TEST(unplugged_while_writing),
		TEST(unplugged_at_full_speed),
		TEST(freed_while_writing),
		TEST(a_write_ends_with_its_turn),
		TEST(free_does_not_wait_for_a_block),
		TEST(killed_while_writing),
		TEST(nobody_comes_between_the_bytes),
		TEST(signals_leave_the_claim_alone),
		TEST(reading_from_a_plain_printer),
		TEST(a_signal_ends_a_reads_negotiation),
		TEST(nothing_to_read),
		TEST(unplugged_while_reading),
		TEST(closing_ends_the_mode),
		TEST(closing_does_not_wait_for_ever),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
