// SPDX-License-Identifier: GPL-2.0
/*
 * The scenarios that are explored. Most are made from programs and
 * surroundings, each with each; so nobody has to think of what goes together
 * badly. The others, which are written out, have two threads on one client,
 * interrupts, or an order of operations that the programs do not have.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "scenarios.h"

struct family scenarios_families[16];
int scenarios_family_count;
char **scenarios;
int scenarios_count;

/* What a client may do; X stands for its letter. */
static const char * const programs[] = {
	"X.try X.use X.free",
	"X.wait X.use X.free",
	"X.timed X.free",
	"X.submit X.await X.use X.free",
	"X.submit X.cancel X.free",
	"X.submit X.exit",
	"X.now X.free",
	"X.try X.yield X.await X.free",
	"X.wait",
	"atomic X.try X.free",
	"atomic X.submit X.cancel X.free",
	"atomic X.submit X.await X.free",
};

/* The programs, of those above, of which three or four run at once */
static const char * const short_programs[] = {
	"X.try X.free",
	"X.wait X.free",
	"X.submit X.exit",
	"X.timed",
};

/*
 * What happens beside the clients. Several outsiders come after SHARED is set; that
 * is what src/port/ promises. An outsider that comes without "share" is the only
 * one, to which an idle claim is handed over.
 */
static const char * const surroundings[] = {
	"",
	" | held",
	" | signals | freezes | spurious",
	" | share claim leave",
	" | stop",
};

static const char * const more_surroundings[] = {
	" | weak",
	" | share unshare",
	" | share claim leave unshare",
	" | kick | event",
	" | report",
	" | share claim leave | weak",
	" | claim leave | held",
	" | claim leave | weak",
	" | atomic claim leave claim",
	" | atomic share claim leave",
	" | stop start",
};

/* For pairs of the longer programs, each of these takes minutes. */
static const char * const long_surroundings[] = {
	" | share claim leave | lossy",
	" | claim leave | lossy",
	" | share claim leave | share claim",
	" | stop start | share claim leave",
};

static const char * const written_out[] = {
	/* What wakes a sleeper, alone: this ends soon, and --first begins with it. */
	"a.try a.free | b.wait b.free | signals | freezes | spurious",
	"a.try a.free | b.timed b.free | freezes",
	"a.try a.free | b.wait b.free | weak",

	/* An idle claim is handed over. */
	"a.try a.free | claim leave claim leave | held",
	"a.try a.use a.free | claim leave | held",
	"a.try a.free | atomic b.submit b.await b.free | claim leave claim leave | held",
	"a.try a.free | claim leave | irq1 b.try b.free | held",
	"a.try a.free | claim leave | stop start | held",
	"a.try a.free | share unshare | claim leave | held",
	"a.wait a.free | share claim leave unshare claim leave",
	/* The watch ends while the backing is offered to those that wait. */
	"atomic share claim leave | share claim leave | a.wait a.free | stop start",
	/* A claim is made anew. */
	"a.try a.free | b.wait b.free | anew | held",
	"a.try a.free a.try a.free | anew anew",
	"a.try a.free | claim leave | anew | held",
	"a.wait a.free | share claim leave | anew",
	"a.try a.free | atomic anew | stop start",
	"a.wait a.free | b.wait b.free | anew",
	"atomic a.submit a.await a.free | anew | b.try b.free",
	"a.wait a.free | b.submit b.exit | anew | claim leave",
	"a.submit a.cancel | b.try b.exit | claim leave | held",
	/* An owner changes how the backing works. */
	"a.try a.change a.free | b.wait b.change b.free | c.try c.free",
	"a.wait a.change a.free | b.try b.free | weak",
	"a.try a.change a.free | claim leave | held",
	"a.wait a.change a.free | b.wait b.free | share claim leave",
	"a.try a.change a.free | atomic b.submit b.await b.change b.free | anew",
	"a.submit a.await a.change a.exit | b.wait b.free | irq0 b.cancel",
	"a.try a.change a.yield a.await a.free | b.wait b.free",
	"a.wait a.change a.free | b.wait b.free | stop start",
	"a.try a.change | claim | stop",
	/* Another thread announces a change while the client frees. */
	"a.try a.free | a.note",
	"a.try a.free | a.note | claim leave | held",
	"a.wait a.free | a.note | b.wait b.free",
	"a.try a.change a.free | a.note | b.try b.free",
	"a.try a.free | a.note a.note | b.wait b.free | stop start",
	/* The backing is told of the last Free. */
	"report | a.try a.free | b.wait b.free",
	"report unreport | a.try a.free | held",
	"report | a.try a.free | claim leave | held",
	"report | a.try a.free | claim leave claim leave | held",
	"report | a.try a.free | share unshare | claim | held",
	"report | a.try a.free | anew | claim leave | held",
	"report | a.wait a.free | share claim leave unshare",
	"report | a.submit a.await a.free | atomic b.try b.free | claim leave",
	"report | a.try a.free | b.submit b.cancel | claim leave",
	"report | a.try a.change a.free | a.free | b.try b.free",
	"report | a.try a.free | b.wait b.free | weak",
	"report | a.try a.free | b.try b.free | stop start",
	"report | a.submit a.await a.exit | b.try b.free | kick",
	"report | a.try a.free | b.submit b.cancel | irq0 a.free | anew",
	"report | atomic a.try a.free | b.submit b.cancel | anew",
	"report | a.try a.free | share claim leave | claim leave",
	"report | a.try a.free | b.wait b.free | lossy",
	/* What happens to clients is traced. */
	"traced | a.try a.free | b.wait b.free",
	"traced | a.try a.free | b.try b.free | held",
	"traced | a.wait a.free | b.submit b.cancel | signals",
	"traced | a.try a.free | claim leave claim leave | held",
	"traced | a.wait a.free | share claim leave unshare",
	"traced | a.try a.free | b.timed b.free | anew",
	"traced | a.try a.free | a.submit a.await a.free | b.try b.free",
	"traced | a.try a.free | a.free | b.wait b.exit",
	"traced | a.try a.change a.free | b.wait b.free",
	"traced | a.try a.free | b.die | stop",
	"traced | a.try a.free | atomic b.submit b.await b.free | claim leave",
	"traced | report | a.try a.free | b.wait b.free",
	"traced | hold | a.try a.free | claim leave",
	"trace untrace | a.try a.free | b.wait b.free",
	"trace untrace | a.try a.free | claim leave | held",
	"trace | a.wait a.free | b.try b.free | weak",
	/* Somebody looks at who owns, and is woken when that changes. */
	"a.try | watch | held",
	"a.try | watch watch",
	"a.try a.free | watch watch | held",
	"a.wait a.free | watch watch watch",
	"a.try a.change a.free | watch watch",
	"a.try a.free | b.wait b.free | watch watch",
	"a.try a.free | b.try b.free | watch watch | held",
	"a.try a.free | claim leave | watch watch | held",
	"a.submit a.await a.free | a.try a.free | watch watch",
	"a.wait a.free | watch watch | stop start",
	"a.try a.free | watch watch | weak",
	/* The claim is made for nobody. */
	"hold | a.try a.free | b.wait b.free",
	"hold | a.try a.free | claim leave",
	"hold | a.wait a.free | share claim leave",
	"atomic hold | a.submit a.await a.free | claim leave",
	"hold | a.try a.free | stop start",
	"anew hold | a.try a.free | claim leave | held",
	"report | hold | a.try a.free | share unshare | claim",
	/* Two threads share a client. */
	"a.wait a.free | a.wait a.free | b.try b.free",
	"a.wait a.free | a.cancel | b.wait b.free",
	"a.try a.free | a.try a.free | b.wait b.free",
	"a.try a.free | a.wait a.free | b.submit b.await b.free",
	"a.try | a.free | a.free | b.wait",
	"a.try a.free | a.submit a.await a.free | b.try b.free",
	"a.submit | a.cancel | a.cancel | b.try b.free",
	"a.wait a.free | a.cancel | b.try b.free | share claim leave",
	"a.try a.yield a.await a.free | a.cancel | b.wait b.free",
	"a.try a.yield a.await a.free | a.free | b.wait b.free | weak",
	"b.try b.use b.free | a.wait | a.use a.free",
	"a.submit | a.use a.free | b.try b.use b.free",
	"a.wait a.free | a.free | b.try b.use b.free | weak",
	"a.try a.free | a.try | stop",
	"a.wait a.free | a.cancel | stop",
	/* A request that may be granted at once */
	"a.enqueue a.free | b.enqueue b.await b.free | c.try c.free",
	"a.enqueue a.await a.free | b.enqueue b.cancel | share claim leave",
	"a.enqueue a.free | a.enqueue a.free | b.try b.free",
	"a.enqueue | b.enqueue b.await b.free | stop start",
	/* A client's memory goes as soon as its request has failed. */
	"a.die | a.cancel | b.try b.free",
	"a.die | b.try b.free | stop",
	"a.die | b.die | c.try c.free | stop",
	"a.die | a.cancel | b.wait b.free | share claim leave",
	/* A client ends while events and notifications are under way. */
	"a.try a.exit | event | b.wait b.free",
	"a.try a.exit | share claim leave",
	"a.submit a.exit | event | kick | b.try b.free",
	"a.submit a.exit | b.submit b.exit | c.try c.exit",
	"a.submit a.exit | b.wait b.free | share claim leave",
	"a.submit a.exit | b.wait b.free | stop",
	/* Interrupts on the processor of somebody who is in the middle. */
	"a.wait a.free | irq0 b.try b.free",
	"a.wait a.free | irq0 b.submit | b.await b.free",
	"a.try a.free | irq0 a.free | b.wait b.free",
	"a.wait a.free | b.submit b.await b.free | irq0 event | irq1 kick",
	"a.submit a.await a.free | b.wait b.free | irq1 a.cancel",
	"a.wait a.free | share claim leave | irq1 kick | b.try b.free",
	"share claim leave | irq0 a.submit | a.await a.free",
	"stop | irq0 a.try a.free | b.wait b.free",
	"kick | irq0 a.try a.free | b.wait b.free",
	/* The queue is walked along. */
	"a.try a.free | b.wait b.free | c.submit c.position c.exit",
	"a.try a.free | b.submit b.position b.cancel | c.submit c.position",
	"a.submit a.exit | b.submit b.exit | c.submit c.position c.cancel",
	"a.wait a.free | b.submit b.position | b.cancel | stop",
	"a.try | b.submit | c.submit c.position | c.cancel",
	"a.try | b.submit c.submit c.cancel | d.submit d.position",
	/* Statistics are read without a lock. */
	"a.timed a.free | b.submit b.cancel | status",
	"a.try a.free a.free | b.wait b.free | status",
	/* The backing goes, comes again, and is shared. */
	"a.try a.free a.try a.free | stop start",
	"a.wait a.free a.wait a.free | stop start",
	"a.submit a.await a.submit a.await | b.try b.free | stop start",
	"a.try a.free | b.wait b.free | stop start stop",
	"share claim | a.submit | stop start",
	"a.wait a.free | share claim leave | stop",
	"a.try a.free | share | kick | stop",
	"share unshare share | a.try a.free a.try a.free | b.wait b.free",
	"share claim leave claim leave unshare | a.wait a.free a.wait a.free",
	"share claim leave unshare | a.try a.free | atomic b.wait b.free | lossy",
	"share claim leave | share claim leave | a.wait a.free",
	"share claim leave | share claim leave | a.wait a.free a.wait a.free",
	"share claim leave | a.submit a.cancel a.submit a.await a.free | lossy",
	"atomic share claim leave | atomic a.submit a.cancel | b.wait b.free",
	"share claim leave | atomic a.submit a.cancel | b.now b.free",
	/* An owner stays, and somebody comes. */
	"a.try | claim",
	"a.try | claim | b.timed",
	"a.try | share claim",
	"a.try | b.wait | share claim",
	"a.try | b.wait | weak",
	"a.try | b.submit b.cancel | c.wait",
	"a.try | share claim | b.timed",
	"a.wait | b.wait | c.wait | share claim",
	"a.wait | atomic b.free | share claim | c.try",
};

static const char * const long_ones[] = {
	"share claim leave | atomic a.submit a.cancel | b.timed b.free | lossy",
	"atomic a.die | b.cancel | b.wait b.free | share claim | stop",
	"a.try a.free | b.wait b.free | c.submit c.await c.free | share claim leave",
	"a.wait a.free | b.wait b.free | c.wait c.free | share claim leave unshare",
	"a.wait a.free | b.timed b.free | c.try c.free | share claim leave | lossy",
	"a.wait a.free | b.submit b.exit | c.wait c.free | share claim leave | weak",
	"a.try a.free | b.wait b.free | c.wait c.free | share claim leave | share claim",
	"a.wait a.free | b.wait b.free | a.cancel | b.cancel | share claim leave",
	"a.wait a.free | b.wait b.free | c.submit c.await c.free | stop start",
	"a.wait a.yield a.await a.free | b.wait b.yield b.await b.free | c.try c.free",
	"a.wait a.free | b.timed b.free | c.wait c.free | signals | freezes",
	"a.try a.free | a.wait a.free | b.try b.free | b.wait b.free",
};

static void add(const char *text)
{
	scenarios = realloc(scenarios,
			    (scenarios_count + 1) * sizeof(scenarios[0]));
	if (scenarios)
		scenarios[scenarios_count] = strdup(text);
	if (!scenarios || !scenarios[scenarios_count]) {
		fprintf(stderr, "explore: out of memory\n");
		exit(2);
	}
	scenarios_count++;
	scenarios_families[scenarios_family_count - 1].count++;
}

static void begin_family(const char *name)
{
	scenarios_families[scenarios_family_count++] =
		(struct family){ name, scenarios_count, 0, false };
}

static void add_list(const char *name, const char * const *list, int length)
{
	int i;

	begin_family(name);
	for (i = 0; i < length; i++)
		add(list[i]);
}

/* Append a program, for the client with this number. */
static void append(char *text, const char *program, int client)
{
	char *end = text + strlen(text);

	if (client)
		end = stpcpy(end, " | ");
	for (; *program; program++)
		*end++ = *program == 'X' ? 'a' + client : *program;
	*end = '\0';
}

/*
 * Add each choice of @clients programs, the order of which does not matter,
 * with each of the surroundings.
 */
static void add_choices(const char *text, const char * const *list, int length,
			int first, int client, int clients,
			const char * const *around, int arounds)
{
	char longer[256];
	int i;

	if (client == clients) {
		for (i = 0; i < arounds; i++) {
			snprintf(longer, sizeof(longer), "%s%s", text,
				 around[i]);
			add(longer);
		}
		return;
	}
	for (i = first; i < length; i++) {
		strcpy(longer, text);
		append(longer, list[i], client);
		add_choices(longer, list, length, i, client + 1, clients,
			    around, arounds);
	}
}

static void make_full(bool all)
{
	begin_family("two clients, in more surroundings");
	add_choices("", programs, ARRAY_SIZE(programs), 0, 0, 2,
		    more_surroundings, ARRAY_SIZE(more_surroundings));
	begin_family("two clients, in long surroundings");
	if (all)
		add_choices("", programs, ARRAY_SIZE(programs), 0, 0, 2,
			    long_surroundings, ARRAY_SIZE(long_surroundings));
	else
		add_choices("", short_programs, ARRAY_SIZE(short_programs), 0,
			    0, 2, long_surroundings,
			    ARRAY_SIZE(long_surroundings));
	begin_family("four clients");
	add_choices("", short_programs, ARRAY_SIZE(short_programs), 0, 0, 4,
		    surroundings, 1);
	if (!all)
		return;
	add_list("more of everything", long_ones, ARRAY_SIZE(long_ones));
	scenarios_families[scenarios_family_count - 1].bounded = true;
}

void scenarios_make(enum scenarios_level level)
{
	bool full = level != SCENARIOS_QUICK;

	add_list("scenarios written out", written_out, ARRAY_SIZE(written_out));
	begin_family("one client, in all surroundings");
	add_choices("", programs, ARRAY_SIZE(programs), 0, 0, 1, surroundings,
		    ARRAY_SIZE(surroundings));
	add_choices("", programs, ARRAY_SIZE(programs), 0, 0, 1,
		    more_surroundings, ARRAY_SIZE(more_surroundings));
	add_choices("", programs, ARRAY_SIZE(programs), 0, 0, 1,
		    long_surroundings, ARRAY_SIZE(long_surroundings));
	begin_family("two clients, in five surroundings");
	add_choices("", programs, ARRAY_SIZE(programs), 0, 0, 2, surroundings,
		    ARRAY_SIZE(surroundings));
	begin_family("three clients");
	add_choices("", short_programs, ARRAY_SIZE(short_programs), 0, 0, 3,
		    surroundings, full ? ARRAY_SIZE(surroundings) : 2);
	if (full)
		make_full(level == SCENARIOS_ALL);
}
