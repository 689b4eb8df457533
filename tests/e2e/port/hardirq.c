// SPDX-License-Identifier: GPL-2.0
/*
 * TryAllocate and Free in hard interrupts on all processors, while native
 * drivers hand the port to each other inside the parport core, and while
 * clients of parbiter are in the middle of a request.
 *
 * vm: ports=one kernels=stock,kcsan,rt,stock-7.2 timeout=180
 */
#include "libkclient.h"
#include "libnative.h"

static unsigned int strikes(void)
{
	return effort(20000);
}

/*
 * Make TryAllocate and Free from hard interrupts on any processor. Return how
 * often the port was granted.
 */
static long strike(int kc)
{
	char command[32];
	long grants;

	snprintf(command, sizeof(command), "storm %u", strikes());
	grants = kclient_ask(kc, command);
	note("%u interrupts, %ld granted", strikes(), grants);
	return grants;
}

static void idle_port(void)
{
	int kc = kclient_new();
	int fd = port_open(0);
	struct parbiter_status before = port_status(fd), after;
	long grants = strike(kc);

	after = port_status(fd);
	check_eq(after.allocates - before.allocates, grants);
	check_eq(after.frees - before.frees, grants);
	if (!rt_kernel())
		check(grants > 0);
}

/*
 * Claim and release the port by PPCLAIM and PPRELEASE until the process is
 * killed.
 */
static int native_loop(void *arg)
{
	volatile unsigned int *turns = arg;
	int fd = ppdev_open(0);

	pin_to_cpu((unsigned int)getpid() % cpus());
	for (;;) {
		check_eq(ppdev_claim(fd), 0);
		++*turns;
		check_eq(ppdev_release(fd), 0);
	}
	return 0;
}

static int client_loop(void *arg)
{
	volatile unsigned int *turns = arg;
	int fd = port_open(0);

	for (;;) {
		check_eq(port_allocate(fd), 0);
		++*turns;
		check_eq(port_free(fd), 0);
	}
	return 0;
}

static void kill_and_join(pid_t pid)
{
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
}

static void port_in_the_hands_of(int (*loop)(void *), unsigned int n)
{
	unsigned int *turns = share(sizeof(*turns));
	int kc = kclient_new();
	pid_t pids[4];
	unsigned int i;

	for (i = 0; i < n; i++)
		pids[i] = spawn(loop, turns);
	wait_for(*(volatile unsigned int *)turns > 0);
	strike(kc);
	check(*turns > 0);
	note("%u turns meanwhile", *turns);
	for (i = 0; i < n; i++)
		kill_and_join(pids[i]);
}

static void native_claims_and_releases(void)
{
	port_in_the_hands_of(native_loop, 1);
}

static void clients_hand_over(void)
{
	port_in_the_hands_of(client_loop, 3);
}

/*
 * Two native drivers own the port in turn: one sleeps on the core's wait list
 * while the other owns the port and gives it up by close(). Inside this release
 * the core claims for the sleeper, and has interrupts on while it holds
 * cad_lock for writing (a bug of the core).
 */
static int native_relay(void *arg)
{
	volatile unsigned int *turns = arg;
	struct native a, b;

	native_start(&a, 0);
	for (;;) {
		native_wait_owner(&a);
		native_start(&b, 0);
		native_wait_asleep(&b);
		native_let_go(&a);
		a = b;
		++*turns;
	}
	return 0;
}

static void natives_hand_over(void)
{
	if (cpus() < 2)
		skip("needs a CPU that does not take the port's interrupt");
	port_in_the_hands_of(native_relay, 1);
}

/*
 * The same with requests of parbiter's clients queued behind the native drivers
 */
static void natives_and_clients_hand_over(void)
{
	unsigned int *turns = share(sizeof(*turns));
	pid_t clients[3];
	unsigned int i;

	if (cpus() < 2)
		skip("needs a CPU that does not take the port's interrupt");
	for (i = 0; i < ARRAY_SIZE(clients); i++)
		clients[i] = spawn(client_loop, turns);
	port_in_the_hands_of(native_loop, 1);
	note("%u turns by clients", *turns);
	check(*turns > 0);
	for (i = 0; i < ARRAY_SIZE(clients); i++)
		kill_and_join(clients[i]);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(idle_port),
		TEST(native_claims_and_releases),
		TEST(clients_hand_over),
		TEST(natives_hand_over),
		TEST(natives_and_clients_hand_over),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
