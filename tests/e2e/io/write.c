// SPDX-License-Identifier: GPL-2.0
/*
 * write() by the owner when the peripheral is slow, reports an error or is
 * missing, and when the port, the process or the ownership goes away meanwhile.
 * The test uses a virtual port whose status lines it sets.
 *
 * vm: kernels=stock,debug,rt,stock-7.2 timeout=180 smp=any seconds=5
 */
#include "libclients.h"

#include <sys/mman.h>
#include <time.h>

/* Status lines of a printer that is ready, busy, or out of paper (and busy) */
#define READY		"d8"
#define BUSY		"58"
#define PAPER_OUT	"78"

#define BLOCK		1024	/* bytes of one call of the core */
#define AN_HOUR		3600

/* A write() in a child, with its result in shared memory */
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

static long result_of(pid_t pid)
{
	check_eq(join(pid), 0);
	return writer->result;
}

static long interrupt(pid_t pid)
{
	kill(pid, SIGUSR1);
	return result_of(pid);
}

/* Return the number of bytes that were put on the data lines. */
static long strobed(void)
{
	return vport_counter(number, "writes.data");
}

static void open_patient(const char *kind)
{
	open_owned(kind);
	set_patience(a, AN_HOUR, 0);
}

/* Start a write that waits for a busy printer. */
static pid_t start_waiting(const char *kind, size_t count)
{
	pid_t pid;

	open_patient(kind);
	vport_status(number, BUSY);
	pid = start_write(a, count);
	vport_wait_polls(number, 50);
	return pid;
}

static void every_byte_is_strobed_once(void)
{
	const size_t size = effort(1 << 20);
	char *data = zeros(size);

	open_owned("polled");
	check_eq(do_write(a, data, size), (long)size);
	check_eq(strobed(), (long)size);
	check_eq(do_write(a, data, 0), 0);
	check_eq(do_write(a, data, 1), 1);
	check_eq(strobed(), (long)size + 1);
	close_two();
}

/*
 * Return the time at the last tick that the kernel has counted. The inactivity
 * time is counted in ticks, too. The exact clock would be ahead of them by any
 * time on a machine that handles its ticks late, as an emulated one may.
 */
static uint64_t tick_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/*
 * The kernel advances its count of ticks a moment before this clock, so a look at
 * the clock in that moment misses the last ticks: 50 ms are allowed for them.
 */
static void busy_for_too_long(void)
{
	uint64_t start;

	open_owned("irq");
	vport_status(number, BUSY);
	set_patience(a, 0, 300000);
	start = tick_ns();
	check_eq(do_write(a, "x", 1), 0);
	check(tick_ns() - start >= 250 * NSEC_PER_MSEC);
	check_eq(strobed(), 0);
	close_two();
}

/*
 * With O_NONBLOCK a write() sends what it can at once: a block, or less on a
 * slow machine.
 */
static void nonblocking_busy(void)
{
	long done;

	open_patient("irq");
	set_nonblock(a, true);
	vport_status(number, BUSY);
	check_eq(do_write(a, "x", 1), -EAGAIN);
	vport_status(number, READY);
	done = do_write(a, zeros(4 * BLOCK), 4 * BLOCK);
	check(done > 0 && done <= BLOCK);
	check_eq(strobed(), done);
	close_two();
}

/* A printer that is out of paper needs a person: the write does not wait. */
static void out_of_paper(void)
{
	open_patient("irq");
	vport_status(number, PAPER_OUT);
	check_eq(do_write(a, "x", 1), 0);
	vport_status(number, READY);
	check_eq(do_write(a, "x", 1), 1);
	close_two();
}

static void goes_on_when_ready(void)
{
	pid_t pid = start_waiting("polled", 3 * BLOCK);

	check(!written());
	vport_status(number, READY);
	check_eq(result_of(pid), 3 * BLOCK);
	check_eq(strobed(), 3 * BLOCK);
	close_two();
}

static void a_signal_ends_waiting(void)
{
	pid_t pid = start_waiting("irq", 1);

	check_eq(interrupt(pid), -EINTR);
	close_two();
}

/*
 * A write of one gigabyte would take hours. A signal ends it, and its result is
 * the number of bytes sent.
 */
static void a_gigabyte_is_interruptible(void)
{
	pid_t pid;

	open_owned("irq");
	pid = start_write(a, 1 << 30);
	wait_for(strobed() > 2 * BLOCK);
	check(interrupt(pid) > 2 * BLOCK);
	check_eq(writer->result, strobed());
	close_two();
}

static void bad_memory_in_the_middle(void)
{
	char *data = zeros(2 * BLOCK + 4096);
	void * volatile nowhere = NULL;
	char *end = data + ((2 * BLOCK + 4095) & ~4095);

	check_eq(mprotect(end, 4096, PROT_NONE), 0);
	open_owned("irq");
	check_eq(do_write(a, end - 2 * BLOCK, 3 * BLOCK), 2 * BLOCK);
	check_eq(do_write(a, end, BLOCK), -EFAULT);
	check_eq(do_write(a, nowhere, 1), -EFAULT);
	close_two();
}

static void unplugged_while_writing(void)
{
	pid_t pid = start_waiting("irq", 1);

	vport_unplug(number);
	check_eq(result_of(pid), -ENODEV);
	close_two_gone();
}

static void unplugged_at_full_speed(void)
{
	pid_t pid;

	open_owned("irq");
	pid = start_write(a, 1 << 30);
	wait_for(strobed() > BLOCK);
	vport_unplug(number);
	check(result_of(pid) > 0);
	close_two_gone();
}

/*
 * Another thread gives up the port during a write: the write ends, and the next
 * client owns the port.
 */
static void freed_while_writing(void)
{
	pid_t pid = start_waiting("irq", 1);

	check_eq(port_free(a), 0);
	check_eq(result_of(pid), -EINVAL);
	check_eq(claim(b), 0);
	vport_status(number, READY);
	check_eq(strobed(), 0);
	close_two();
}

/*
 * The port is freed and owned again during a write: the write ends with the
 * first ownership, because another client may have used the port in between.
 */
static void a_write_ends_with_its_turn(void)
{
	pid_t pid = start_waiting("irq", 1);

	check_eq(port_free(a), 0);
	check_eq(claim(a), 0);
	check_eq(result_of(pid), -EINVAL);
	vport_status(number, READY);
	check_eq(strobed(), 0);
	close_two();
}

static long received(void)
{
	return atol(vport("received-count %u", number));
}

/*
 * The printer is slow at each byte: PARBITER_FREE waits for one or two bytes.
 */
static void free_does_not_wait_for_a_block(void)
{
	long before;
	pid_t pid;

	open_two("polled");
	vport("peripheral %u printer stall=1 polls=102", number);
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	pid = start_write(a, BLOCK);
	wait_for(received() >= 8);
	before = received();
	check_eq(port_free(a), 0);
	check(received() - before <= 8);
	check(result_of(pid) < BLOCK);
	check_eq(writer->result, received());
	close_two();
}

static void killed_while_writing(void)
{
	pid_t pid = start_waiting("irq", 1), next;

	close(a);		/* the child has the only descriptor now */
	next = spawn_request(b, PPCLAIM, NULL);
	wait_waiters(b, 1);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	check_eq(join(next), 0);
	close_two();
}

/*
 * The printer is busy for a while. A native driver cannot claim the port
 * meanwhile.
 */
static void stay_in_while_busy(void)
{
	long before = strobed();
	const char *state;

	wait_for(strobed() > before);
	vport_status(number, BUSY);
	vport_wait_polls(number, 200);
	state = vport("nlist");
	if (!strstr(state, "blocked claims=1 grants=0") ||
	    strstr(state, "grants=1"))
		fail("let in: %s", state);
	vport_status(number, READY);
}

/*
 * If the port has no interrupt line, the core would let native drivers claim
 * the port in the middle of the data, while it waits for a busy printer.
 */
static void nobody_comes_between_the_bytes(void)
{
	pid_t pid;
	int i;

	skip_unless_natives_may_wait();
	open_two("polled");
	vport("nadd %u nat wakeup=yes", number);
	vport("nadd %u sleeper", number);
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	vport("reset %u", number);
	check_eq(vport_error("nclaim %u nat", number), -EBUSY);
	vport("nclaim-block %u sleeper", number);
	pid = start_write(a, 1 << 30);
	for (i = 0; i < 5; i++)
		stay_in_while_busy();
	check_eq(vport_counter(number, "ops.save"), 0);
	interrupt(pid);
	check_eq(writer->result, strobed());
	check_eq(release(a), 0);
	wait_for(strstr(vport("nlist"), "grants=1"));
	vport("clear");
	close(a);
	close(b);
}

/* A signal in the middle of a write does not give up the claim, either. */
static void signals_leave_the_claim_alone(void)
{
	pid_t pid;
	int i;

	open_two("polled");
	vport("nadd %u nat wakeup=yes", number);
	check_eq(claim(a), 0);
	set_patience(a, AN_HOUR, 0);
	check_eq(vport_error("nclaim %u nat", number), -EBUSY);
	vport("reset %u", number);
	for (i = 0; i < 10; i++) {
		vport_status(number, READY);
		pid = start_write(a, 1 << 30);
		wait_for(strobed() > 0);
		vport_status(number, BUSY);
		interrupt(pid);
		check_eq(writer->result, strobed());
		vport("reset %u", number);
	}
	check(strstr(vport("nlist"), "grants=0"));
	vport("clear");
	close(a);
	close(b);
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
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
