// SPDX-License-Identifier: GPL-2.0
/*
 * The demonstration: draws, in one row per process, when the process waits for the
 * port and when it owns it. Runs in the virtual machine of scripts/demo. The exit
 * status is 0 if everything went as expected.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ppdev.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../include/uapi/linux/parbiter.h"

#define COLUMN_MS	50
#define COLUMNS		58
#define HOLD_MS		300
#define APART_MS	100
#define STUCK_MS	3000
#define PIECES		30
#define PIECE		128	/* bytes */

/* The bytes that the printer at parport0 (0x278) got */
#define PAPER		"/host/port1.out"
#define ACTORS		8

/* One process, in memory that it shares with its parent; times in milliseconds */
struct actor {
	const char *name;
	pid_t pid;
	volatile unsigned int asked, granted;
	volatile unsigned int kept;	/* the last time at which it surely owned */
	volatile unsigned int done;	/* freeing the port had returned */
	bool native;	/* uses ppdev, not parbiter */
	char prints;	/* a letter to print in pieces; '-': programs a chip */
	bool killed;
};

static struct actor *actors;
static unsigned int n_actors;
static uint64_t start;
static bool all_well = true;

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Return the time since the scene began in milliseconds; never 0, which is "not yet". */
static unsigned int clock_ms(void)
{
	return (unsigned int)(now() - start) + 1;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&ts, NULL);
}

static void expect(bool good, const char *what)
{
	if (good)
		return;
	printf("  UNEXPECTED: not so: %s\n", what);
	all_well = false;
}

/* Wait up to @ms milliseconds until another process has set a value. */
static bool becomes(volatile unsigned int *value, unsigned int ms)
{
	uint64_t until = now() + ms;

	while (!*value && now() < until)
		sleep_ms(1);
	return *value;
}

static int open_port(bool native, unsigned int number)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s%u",
		 native ? "parport" : "parbiter", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static char state_of(pid_t pid)
{
	char path[32], line[256] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return '-';
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	end = strrchr(line, ')');
	return end && end[1] ? end[2] : '-';
}

static void begin(void)
{
	memset(actors, 0, ACTORS * sizeof(*actors));
	n_actors = 0;
	start = now();
}

/* Allocate the port, hold it for @hold_ms, and free it. */
static void act(struct actor *self, unsigned int number, unsigned int hold_ms)
{
	int fd = open_port(self->native, number);

	self->asked = clock_ms();
	if (ioctl(fd, self->native ? PPCLAIM : PARBITER_ALLOCATE))
		_exit(errno);
	self->granted = clock_ms();
	sleep_ms(hold_ms);
	self->kept = clock_ms();
	if (ioctl(fd, self->native ? PPRELEASE : PARBITER_FREE))
		_exit(errno);
	self->done = clock_ms();
	_exit(0);
}

/* Print slowly, with write() as programs for ppdev do. */
static void print(int fd, char letter)
{
	char piece[PIECE];
	unsigned int i;

	memset(piece, letter, sizeof(piece));
	for (i = 0; i < PIECES; i++) {
		if (write(fd, piece, sizeof(piece)) != (ssize_t)sizeof(piece))
			_exit(EIO);
		sleep_ms(HOLD_MS / PIECES);
	}
}

/* Toggle a control line, and check that no other process has changed it. */
static void program_chip(int fd)
{
	struct ppdev_frob_struct clock = { .mask = 0x02 };
	unsigned char lines;
	unsigned int i;

	for (i = 0; i < PIECES; i++) {
		clock.val = i & 1 ? 0x02 : 0;
		if (ioctl(fd, PPFCONTROL, &clock))
			_exit(errno);
		sleep_ms(HOLD_MS / PIECES);
		if (ioctl(fd, PPRCONTROL, &lines) ||
		    (lines & clock.mask) != clock.val)
			_exit(EIO);
	}
}

/* The same as act(), with ppdev's requests; the owner prints or programs a chip. */
static void act_with_data(struct actor *self)
{
	int fd = open_port(false, 0);

	self->asked = clock_ms();
	if (ioctl(fd, PPCLAIM))
		_exit(errno);
	self->granted = clock_ms();
	if (self->prints == '-')
		program_chip(fd);
	else
		print(fd, self->prints);
	self->kept = clock_ms();
	if (ioctl(fd, PPRELEASE))
		_exit(errno);
	self->done = clock_ms();
	_exit(0);
}

/* Wait until the process owns the port or sleeps in its queue. */
static void wait_entered(struct actor *actor)
{
	uint64_t until = now() + STUCK_MS;

	becomes(&actor->asked, STUCK_MS);
	while (!actor->granted && state_of(actor->pid) != 'S' && now() < until)
		sleep_ms(1);
}

static struct actor *enter(const char *name, bool native, unsigned int number,
			   unsigned int hold_ms)
{
	struct actor *actor = &actors[n_actors++];
	pid_t pid;

	actor->name = name;
	actor->native = native;
	pid = fork();
	if (pid == 0)
		act(actor, number, hold_ms);
	actor->pid = pid;
	wait_entered(actor);
	return actor;
}

static void enter_with_data(const char *name, char prints)
{
	struct actor *actor = &actors[n_actors++];
	pid_t pid;

	actor->name = name;
	actor->prints = prints;
	pid = fork();
	if (pid == 0)
		act_with_data(actor);
	actor->pid = pid;
	wait_entered(actor);
}

static void reap(void)
{
	unsigned int i;
	int status;

	for (i = 0; i < n_actors; i++) {
		struct actor *actor = &actors[i];

		waitpid(actor->pid, &status, 0);
		if (!actor->killed)
			expect(WIFEXITED(status) && !WEXITSTATUS(status),
			       "every process was served");
		if (i > 0)
			expect(actor->granted >= actors[i - 1].kept,
			       "one owner at a time, in the order of asking");
	}
}

static void draw(void)
{
	unsigned int i, column;

	for (i = 0; i < n_actors; i++) {
		const struct actor *actor = &actors[i];
		char row[COLUMNS + 1] = "";

		for (column = 0; column < COLUMNS; column++) {
			unsigned int ms = column * COLUMN_MS + COLUMN_MS / 2;

			row[column] = ' ';
			if (actor->granted && ms >= actor->granted &&
			    ms < actor->done)
				row[column] = '#';
			else if (ms >= actor->asked &&
				 (!actor->granted || ms < actor->granted))
				row[column] = '.';
			else if (actor->killed && ms >= actor->done &&
				 ms < actor->done + COLUMN_MS)
				row[column] = 'X';
		}
		while (column > 0 && row[column - 1] == ' ')
			row[--column] = '\0';
		printf("  %-6s pid %-4d  %s\n", actor->name, (int)actor->pid, row);
	}
	fflush(stdout);
}

static void scene_order(void)
{
	static const char * const names[] = { "A", "B", "C", "D", "E" };
	unsigned int i;

	printf("\n1. Five processes want the port, 0.3 s each. They get it in that order:\n");
	begin();
	for (i = 0; i < 5; i++) {
		enter(names[i], false, 0, HOLD_MS);
		sleep_ms(APART_MS / 2);
	}
	reap();
	draw();
}

static void scene_kill(void)
{
	struct actor *owner;

	printf("\n2. The owner dies by SIGKILL (X). The next in line is served at once:\n");
	begin();
	owner = enter("F", false, 0, 60000);
	sleep_ms(APART_MS);
	enter("G", false, 0, HOLD_MS);
	sleep_ms(APART_MS);
	enter("H", false, 0, HOLD_MS);
	sleep_ms(2 * APART_MS);
	owner->killed = true;
	owner->kept = clock_ms();
	owner->done = owner->kept;
	kill(owner->pid, SIGKILL);
	reap();
	draw();
}

static void scene_native(void)
{
	printf("\n3. A program that only knows Linux' own ppdev holds the port. Others wait:\n");
	begin();
	enter("ppdev", true, 0, 2 * HOLD_MS);
	sleep_ms(APART_MS);
	enter("I", false, 0, HOLD_MS);
	sleep_ms(APART_MS);
	enter("J", false, 0, HOLD_MS);
	reap();
	draw();
}

/* Print what is on the paper; return true if it is two whole jobs in a row. */
static bool read_paper(void)
{
	FILE *paper = fopen(PAPER, "r");
	unsigned int runs = 0, length = 0;
	bool whole = true;
	int last = EOF, c;

	if (!paper)
		return false;
	printf("  printed:");
	do {
		c = fgetc(paper);
		if (c != last && last != EOF) {
			printf("%s %u bytes '%c'", runs++ ? "," : "", length,
			       last);
			whole = whole && length == PIECES * PIECE;
			length = 0;
		}
		length++;
		last = c;
	} while (c != EOF);
	printf("\n");
	fclose(paper);
	return whole && runs == 2;
}

static void scene_data(void)
{
	printf("\n4. Programs for ppdev: two print (M, O), one clocks bits into a chip:\n");
	begin();
	enter_with_data("print", 'M');
	enter_with_data("chip", '-');
	enter_with_data("print", 'O');
	reap();
	draw();
	expect(read_paper(), "both jobs were printed whole, one after the other");
}

struct outcome {
	char owner[40];		/* how the owner's release ended */
	char waiter[40];	/* how the waiter's request ended */
	char kill[40];		/* the effect of SIGKILL on the owner */
	bool stuck;
};

static void say(char *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, 40, fmt, args);
	va_end(args);
}

/* One process owns the port, another one waits for it; then the owner frees it. */
static struct outcome two(bool native)
{
	struct actor *first, *second;
	struct outcome out = { .stuck = false };

	begin();
	first = enter("K", native, 1, HOLD_MS);
	second = enter("L", native, 1, HOLD_MS);
	if (becomes(&second->done, STUCK_MS)) {
		say(out.owner, "K has let go after %u ms", first->done);
		say(out.waiter, "L owns after %u ms", second->granted);
		say(out.kill, "nothing to kill: both are done");
		reap();
		return out;
	}
	out.stuck = true;
	say(out.owner, "after %u s K hangs in it, state %c", STUCK_MS / 1000,
	    state_of(first->pid));
	say(out.waiter, "after %u s L still waits, state %c", STUCK_MS / 1000,
	    state_of(second->pid));
	kill(first->pid, SIGKILL);
	sleep_ms(STUCK_MS / 3);
	say(out.kill, "kill -9 K: still there, in state %c", state_of(first->pid));
	return out;
}

static void print_two(const char *left, const char *right)
{
	printf("  %-37s %s\n", left, right);
}

/* The scene with the deadlock comes last, because only power-off surely ends it. */
static void scene_deadlock(void)
{
	struct outcome ours, stock;

	printf("\n5. K owns the port for 300 ms, L asks for it, then K lets go:\n");
	ours = two(false);
	stock = two(true);
	print_two("parbiter", "Linux' own ppdev");
	print_two("--------", "----------------");
	print_two("K: PARBITER_ALLOCATE, owns", "K: PPCLAIM, owns");
	print_two("L: PARBITER_ALLOCATE, waits", "L: PPCLAIM, waits");
	print_two("K: PARBITER_FREE", "K: PPRELEASE");
	print_two(ours.owner, stock.owner);
	print_two(ours.waiter, stock.waiter);
	print_two(ours.kill, stock.kill);
	expect(!ours.stuck, "parbiter's two processes are done");
	expect(stock.stuck, "ppdev deadlocks");
}

int main(void)
{
	struct utsname name;

	actors = mmap(NULL, ACTORS * sizeof(*actors), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (actors == MAP_FAILED || uname(&name))
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("parbiter: programs share a parallel port. Linux %s, two ports;\n",
	       name.release);
	printf("a row for each process, a column for each %u ms:  . waits  # owns the port\n",
	       COLUMN_MS);
	scene_order();
	scene_kill();
	scene_native();
	scene_data();
	scene_deadlock();
	printf("\n%s\n", all_well ?
	       "All as expected. (The machine with the deadlock is now switched off.)" :
	       "Not everything was as expected.");
	fflush(stdout);
	_exit(!all_well);
}
