// SPDX-License-Identifier: GPL-2.0
/*
 * Runs rounds until the time is over (default: 10 seconds), or that many rounds
 * or calls are done. In each round, a client's thread makes --length calls. The
 * round that fails prints its seed: with --seed N --rounds 1 each thread makes
 * the same choices again, and the order among them is up to the processors.
 */
#include <linux/errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

/* A thread that makes no call for so long sleeps though it should not. */
#define WATCHDOG_NS	(20 * 1000000000ULL)

struct storm storm;

static struct thread main_thread = { .id = STORM_THREADS + 1, .role = "main" };
static struct tally total;
static u64 total_ops, total_handoffs, total_checks, total_undone, total_later;

static void dump_thread(const struct thread *t)
{
	if (t->ended)
		return;
	printf("#   thread %2u: %-8s %" PRIu64 " calls, state %u%s%s",
	       t->id, t->role, storm_load(&t->ops), t->task.__state,
	       t->limited ? ", limited" : "", t->told ? ", waits" : "");
	if (t->seat && t->seat->client)
		printf(", client %p %d, %d pending", t->seat->client,
		       atomic_read(&t->seat->client->state), t->seat->pending);
	printf("\n");
}

static void dump(void)
{
	const struct backing *b = &storm.backing;
	const struct arbiter *arb = &storm.arb;
	unsigned int i;

	printf("#   word %#x, owner %p, lock of thread %u%s%s%s\n",
	       atomic_read(&arb->state), arb->owner, arb->lock.host.word,
	       arb->kicked ? ", kicked" : "", arb->watched ? ", watched" : "",
	       arb->served ? ", served" : "");
	printf("#   grants %" PRIu64 " (%" PRIu64 " undone), frees %" PRIu64,
	       arb->stats.grants, arb->stats.undone, arb->stats.frees);
	printf(", cancels %" PRIu64 ", timeouts %" PRIu64 ", refused %" PRId64 "\n",
	       arb->stats.cancels, arb->stats.timeouts, arb->refused.counter);
	printf("#   backing: %s, outsider %u, %u wait, %u kicks due, later %u of %u done\n",
	       b->held ? "held" : "not held",
	       b->outsider ? b->outsider->id : 0, b->waiters, b->kicks,
	       b->done, b->asked);
	for (i = 0; i < storm.threads; i++)
		dump_thread(&storm.thread[i]);
}

void storm_fail(const char *format, ...)
{
	static unsigned int failing;
	va_list arguments;

	if (__atomic_exchange_n(&failing, 1, __ATOMIC_RELAXED))
		for (;;)
			pause();
	printf("# storm: thread %u (%s): ", self->id, self->role);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	dump();
	printf("# again: storm --seed %" PRIu64 " --rounds 1 --length %" PRIu64 "\n",
	       storm.seed, storm.length);
	fflush(stdout);
	_exit(1);
}

/* Return a seed for one purpose from the round's seed; never 0. */
static u64 storm_seed(unsigned int purpose)
{
	u64 z = storm.seed * 1000 + purpose + 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31) ?: 1;
}

static void choose_settings(struct settings *s)
{
	self->choices = storm_seed(0);
	s->solos = 1 + storm_choose(5);
	s->pairs = storm_choose(3);
	s->outsiders = storm_choose(3);
	s->stops = storm_choose(4) == 0;
	s->limited = 1 + storm_choose(8);
	s->pause = 1U << (4 + storm_choose(9));
	s->lose = storm_choose(2) * 8;
	s->stirs = storm_choose(2);
}

static void *thread_main(void *data)
{
	self = data;
	while (!__atomic_load_n(&storm.go, __ATOMIC_ACQUIRE))
		sched_yield();
	self->run(self);
	storm_store(&self->ended, true);
	return NULL;
}

static void add_thread(const char *role, void (*run)(struct thread *t),
		       struct seat *seat)
{
	struct thread *t = &storm.thread[storm.threads++];

	t->id = storm.threads;
	t->role = role;
	t->run = run;
	t->seat = seat;
	t->choices = storm_seed(2 * t->id);
	t->jitter = storm_seed(2 * t->id + 1);
}

static struct seat *add_seat(void)
{
	struct seat *seat = &storm.seat[storm.seats++];

	client_create(seat);
	return seat;
}

/* The first threads are those of clients. Returns the number of those. */
static unsigned int add_threads(const struct settings *s)
{
	unsigned int clients, i;

	for (i = 0; i < s->solos; i++)
		add_thread("solo", solo_run, add_seat());
	for (i = 0; i < s->pairs; i++) {
		struct seat *seat = add_seat();

		add_thread("pair", pair_run, seat);
		add_thread("pair", pair_run, seat);
	}
	clients = storm.threads;
	for (i = 0; i < s->outsiders; i++)
		add_thread("outsider", outsider_run, NULL);
	add_thread("meddler", meddler_run, NULL);
	add_thread("stopper", stopper_run, NULL);
	add_thread("worker", worker_run, NULL);
	return clients;
}

/* Wait until some threads have ended. All threads must go on meanwhile. */
static void watch(unsigned int first, unsigned int last)
{
	static const struct timespec moment = { .tv_nsec = 2000000 };
	u64 seen[STORM_THREADS] = {}, when[STORM_THREADS];
	bool running = true;
	unsigned int i;
	u64 now;

	for (i = 0; i < storm.threads; i++)
		when[i] = host_time_ns();
	while (running) {
		nanosleep(&moment, NULL);
		now = host_time_ns();
		running = false;
		for (i = 0; i < storm.threads; i++) {
			struct thread *t = &storm.thread[i];

			if (storm_load(&t->ended))
				continue;
			running |= i >= first && i < last;
			if (storm_load(&t->ops) != seen[i])
				when[i] = now;
			else if (now - when[i] > WATCHDOG_NS)
				storm_fail("thread %u sleeps for ever", t->id);
			seen[i] = storm_load(&t->ops);
		}
	}
	for (i = first; i < last; i++)
		pthread_join(storm.thread[i].pthread, NULL);
}

#define judge_equal(a, b)						\
do {									\
	if ((u64)(a) != (u64)(b))					\
		storm_fail("%s is %" PRIu64 ", and %s is %" PRIu64,	\
			   #a, (u64)(a), #b, (u64)(b));			\
} while (0)

/* All threads have ended: compare what they saw with the statistics. */
static void judge(void)
{
	struct arbiter_stats *stats = &storm.arb.stats;
	struct backing *b = &storm.backing;
	struct tally *tally = &storm.tally;
	int state;

	while (b->asked != b->done || b->lost)
		backing_work(b);
	state = atomic_read(&storm.arb.state);
	judge_equal(state & ~(ARBITER_HELD | ARBITER_TRACED), 0);
	judge_equal(!!(state & ARBITER_HELD), b->held);
	storm_check(!storm.arb.owner && !storm.arb.watched && !b->watched);
	storm_check(!b->outsider && !b->waiters && !b->told && !b->kicks);
	judge_equal(arbiter_allocates(&storm.arb), tally->owned);
	judge_equal(stats->frees, tally->freed);
	judge_equal(tally->owned, tally->freed);
	judge_equal(stats->cancels, tally->canceled);
	judge_equal(stats->timeouts, tally->timeouts);
	judge_equal(storm.arb.refused.counter, tally->refused);
	judge_equal(tally->submitted, tally->ended);
	judge_equal(storm.guarded.turn, tally->sections);
}

static void add_up(void)
{
	u64 *to = (u64 *)&total, *from = (u64 *)&storm.tally;
	unsigned int i;

	for (i = 0; i < sizeof(total) / sizeof(*to); i++)
		to[i] += from[i];
	for (i = 0; i < storm.threads; i++)
		total_ops += storm.thread[i].ops;
	total_handoffs += storm.monitor.handoffs;
	total_checks += storm.monitor.checks;
	total_undone += storm.arb.stats.undone;
	total_later += storm.backing.asked;
}

static void run_round(u64 seed, u64 length)
{
	unsigned int clients, i;

	memset(&storm, 0, sizeof(storm));
	storm.seed = seed;
	storm.length = length;
	self->jitter = storm_seed(1);
	choose_settings(&storm.settings);
	arbiter_init(&storm.arb, &backing_ops);
	arbiter_start(&storm.arb);
	clients = add_threads(&storm.settings);
	for (i = 0; i < storm.threads; i++)
		if (pthread_create(&storm.thread[i].pthread, NULL, thread_main,
				   &storm.thread[i]))
			storm_fail("cannot create a thread");
	__atomic_store_n(&storm.go, true, __ATOMIC_RELEASE);
	watch(0, clients);
	storm_store(&storm.over, true);
	watch(clients, storm.threads);
	for (i = 0; i < storm.seats; i++)
		client_destroy(&storm.seat[i]);
	judge();
	add_up();
}

static void print_total(u64 rounds, u64 first_seed, u64 ns)
{
	printf("# %" PRIu64 " rounds from seed %" PRIu64 ", %.1f s\n",
	       rounds, first_seed, ns / 1e9);
	printf("# %.1f million calls, %.1f million turns of owners and outsiders\n",
	       total_ops / 1e6, total.sections / 1e6);
	printf("# %" PRIu64 " checks under the lock, %" PRIu64 " hand-offs, %" PRIu64 " undone\n",
	       total_checks, total_handoffs, total_undone);
	printf("# %" PRIu64 " canceled, %" PRIu64 " timed out, %" PRIu64 " told\n",
	       total.canceled, total.timeouts, total.contended);
	printf("# %" PRIu64 " events, %" PRIu64 " times later, %" PRIu64 " stops\n",
	       total.events, total_later, total.stops);
	printf("# %" PRIu64 " turns of outsiders, %" PRIu64 " times traced\n",
	       total.outsiders, total.traced);
}

static void print_usage(void)
{
	fprintf(stderr,
		"storm [--seconds N] [--rounds N] [--calls N] [--seed N] [--length N]\n");
	exit(3);
}

/**
 * struct order - the program's options
 * @seconds: run rounds for so long
 * @rounds: or run so many
 * @calls: or run rounds until so many calls were made
 * @seed: the first round's seed
 * @length: see struct storm
 */
struct order {
	u64 seconds;
	u64 rounds;
	u64 calls;
	u64 seed;
	u64 length;
};

static void read_options(struct order *order, int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 't' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "calls", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },
		{ "length", required_argument, NULL, 'l' },
		{}
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		u64 *number = option == 't' ? &order->seconds :
			      option == 'r' ? &order->rounds :
			      option == 'c' ? &order->calls :
			      option == 's' ? &order->seed :
			      option == 'l' ? &order->length : NULL;

		if (!number)
			print_usage();
		*number = strtoull(optarg, NULL, 0);
	}
	if (!order->seconds && !order->rounds && !order->calls)
		order->seconds = 10;
}

static bool is_done(const struct order *order, u64 rounds, u64 ns)
{
	return (order->rounds && rounds >= order->rounds) ||
	       (order->calls && total_ops >= order->calls) ||
	       (order->seconds && ns >= order->seconds * 1000000000);
}

int main(int argc, char **argv)
{
	struct order order = { .seed = time(NULL), .length = 20000 };
	u64 begin, rounds = 0;

	self = &main_thread;
	read_options(&order, argc, argv);
	begin = host_time_ns();
	do {
		run_round(order.seed + rounds++, order.length);
	} while (!is_done(&order, rounds, host_time_ns() - begin));
	print_total(rounds, order.seed, host_time_ns() - begin);
	return 0;
}
