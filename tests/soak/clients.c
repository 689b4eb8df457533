// SPDX-License-Identifier: GPL-2.0
/*
 * Phases with other clients: native drivers, kernel clients, 1000 descriptors
 */
#include "libkclient.h"
#include "libnative.h"
#include "tenant.h"

#include <sys/resource.h>

#define CROWD	1000

/* A process claims the port through ppdev; it lets go, or is killed. */
static void use_ppdev(void)
{
	struct native native;

	native_start(&native, 0);
	native_wait_owner(&native);
	count(&totals->natives, 1);
	linger(20);
	if (pick(2)) {
		native_let_go(&native);
		return;
	}
	kill(native.pid, SIGKILL);
	check_eq(join(native.pid), 128 + SIGKILL);
	count(&totals->kills, 1);
	close(native.go);
	close(native.claimed);
}

static void use_lp(void)
{
	static const char text[64] = "printed while others use the port\n";
	int fd = node_open("/dev/lp", 0, 0);

	check_eq(write(fd, text, sizeof(text)), sizeof(text));
	close(fd);
	count(&totals->natives, 1);
}

/*
 * Native drivers come, own the port and go. One of them claims at a time: if
 * two do, the parport core itself can lock up a processor, even without parbiter.
 */
void phase_natives(void)
{
	struct crew crew = { .size = 6 };
	bool lp = false, ppdev = false;

	crew_start(&crew);
	while (phase_goes_on()) {
		crew_wait_turns(&crew, 1 + pick(32));
		if (!lp)
			load(LP_KO);
		if (!ppdev)
			load(PPDEV_KO);
		if (pick(2))
			use_ppdev();
		else
			use_lp();
		lp = pick(4);
		if (!lp)
			unload("lp");
		ppdev = pick(4);
		if (!ppdev)
			unload("ppdev");
	}
	crew_stop(&crew);
	if (lp)
		unload("lp");
	if (ppdev)
		unload("ppdev");
}

/* Queue all descriptors; the first one owns the port. */
static void queue_crowd(int *fds)
{
	int i;

	for (i = 0; i < CROWD; i++) {
		fds[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(fds[i]), i ? -EINPROGRESS : 0);
	}
	check_eq(port_waiters(fds[0]), CROWD - 1);
	count(&totals->opens, CROWD);
	count(&totals->requests, CROWD);
}

/* The requests that were not withdrawn are granted in their order. */
static int crowd_in_order(void *arg)
{
	static int fds[CROWD];
	static bool withdrawn[CROWD];
	int i, n;

	(void)arg;
	queue_crowd(fds);
	for (i = 0; i < CROWD / 10; i++) {
		n = 1 + (int)pick(CROWD - 1);
		check_eq(port_cancel(fds[n]), withdrawn[n] ? -ENOENT : 0);
		withdrawn[n] = true;
	}
	for (i = 0; i < CROWD; i++) {
		if (withdrawn[i])
			continue;
		check_eq(port_poll(fds[i]) & POLLOUT, POLLOUT);
		count(&totals->grants, 1);
		if (pick(2))
			check_eq(port_free(fds[i]), 0);
		else
			close(fds[i]);
		count(&totals->requests, 1);
	}
	return 0;
}

/* The process with the owner and all waiters is killed. */
static int crowd_killed(void *arg)
{
	static int fds[CROWD];

	(void)arg;
	queue_crowd(fds);
	kill(getpid(), SIGKILL);
	return 0;
}

void phase_crowd(void)
{
	struct rlimit limit = { CROWD + 64, CROWD + 64 };
	int fd = port_open(0);

	check_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	do {
		if (pick(2)) {
			check_eq(join(spawn(crowd_in_order, NULL)), 0);
		} else {
			check_eq(join(spawn(crowd_killed, NULL)),
				 128 + SIGKILL);
			count(&totals->kills, 1);
		}
		count(&totals->crowds, 1);
		wait_for(port_is_free(fd));
		pick_seed(pick(0x7fffffff));
	} while (phase_goes_on());
	close(fd);
}

static void make_leak(int kc)
{
	int i;

	for (i = 0; i < 100000; i++)
		check_eq(kclient(kc, "leak"), 0);
}

/*
 * Kernel threads contend with tenants for the port, half of them with tickets
 * that show the order of their grants.
 */
void phase_kernel(void)
{
	struct crew crew = { .size = 4 };
	int kc = kclient_open(0);
	struct cell *cell = kclient_cell(kc);

	crew_start(&crew);
	check_eq(kclient(kc, "contend 3 3"), 0);
	while (phase_goes_on()) {
		crew_wait_turns(&crew, 8);
		crew_replace(&crew, pick(crew.size));
	}
	__atomic_store_n(&cell->stop, 1, __ATOMIC_RELAXED);
	check_eq(kclient_ask(kc, "join"), 0);
	crew_stop(&crew);
	check_eq(cell->overlaps, 0);
	check_eq(cell->disorders, 0);
	check_eq(cell->served, cell->next_ticket);
	count(&totals->kernel_turns, cell->count);
	count(&totals->grants, cell->count);
	if (fault("leak"))
		make_leak(kc);
	close(kc);
}
