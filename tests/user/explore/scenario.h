/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario is a line of text that says which fibers there are and what each
 * of them does, for example
 *
 *	a.try a.free | b.wait b.free | irq0 a.free | lossy
 *
 * Parts are separated by "|". Each part is a fiber, or a word that changes the
 * surroundings. "explore --help" prints the words.
 */
#ifndef _EXPLORE_SCENARIO_H
#define _EXPLORE_SCENARIO_H

#include "world.h"

enum op {
	OP_TRY,
	OP_WAIT,
	OP_TIMED,
	OP_NOW,
	OP_SUBMIT,
	OP_ENQUEUE,
	OP_DIE,
	OP_AWAIT,
	OP_FREE,
	OP_CANCEL,
	OP_YIELD,
	OP_EXIT,
	OP_POSITION,
	OP_USE,
	OP_CHANGE,
	OP_NOTE,
	OP_KICK,
	OP_ANEW,
	OP_HOLD,
	OP_EVENT,
	OP_STATUS,
	OP_SHARE,
	OP_UNSHARE,
	OP_REPORT,
	OP_UNREPORT,
	OP_WATCH,
	OP_TRACE,
	OP_UNTRACE,
	OP_CLAIM,
	OP_LEAVE,
	OP_STOP,
	OP_START,
	OPS,
};

/* Where a fiber runs, which decides what the backing can do for it */
enum place {
	PLACE_TASK,		/* everything */
	PLACE_ATOMIC,		/* claim only, and that not always */
};

/**
 * struct step - one operation of a program
 * @op: what to do
 * @client: which client does it; meaningless for operations without one
 */
struct step {
	enum op op;
	int client;
};

/**
 * struct program - what one fiber does
 * @steps: its operations
 * @length: their number
 * @place: where it runs
 * @interrupts: the fiber on whose processor it runs as an interrupt; -1: none
 * @outsider: the outsider that makes its claims
 */
struct program {
	struct step steps[OPS_MAX];
	int length;
	enum place place;
	int interrupts;
	int outsider;
};

/**
 * struct scenario - what is explored at a time
 * @text: its text
 * @programs: one for each fiber but the work item's
 * @fibers: number of fibers; the last one is the work item
 * @clients: number of clients
 * @outsiders: number of outsiders
 * @signals: a signal may end each sleep
 * @freezes: the machine may be suspended before each sleep
 * @spurious: a sleeper may be woken for no reason
 * @lossy: the backing may lose a wake-up, and asks again later by itself
 * @held: the claim is held at the beginning
 * @traced: what happens to clients is traced, from the beginning to the end
 * @stops: an operation stops the arbiter
 * @reports: an operation has the backing told of the last Free
 * @weak: stores become visible to other fibers late
 * @users: number of fibers that use each client
 */
struct scenario {
	char text[256];
	struct program programs[FIBERS_MAX];
	int fibers;
	int clients;
	int outsiders;
	bool signals;
	bool freezes;
	bool spurious;
	bool lossy;
	bool held;
	bool traced;
	bool stops;
	bool reports;
	bool weak;
	int users[CLIENTS_MAX];
};

extern struct scenario scenario;

/* Parse a text into the scenario; returns NULL, or what is wrong with it. */
const char *scenario_parse(const char *text);
void scenario_help(void);
const char *scenario_op_name(const struct step *step);

#endif /* _EXPLORE_SCENARIO_H */
