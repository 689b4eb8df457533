// SPDX-License-Identifier: GPL-2.0
/* The text of a scenario; see scenario.h. */
#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>

#include "scenario.h"

struct scenario scenario;

struct word {
	const char *name;
	const char *help;
};

/* In the order of enum op; the name is what stands after the client's letter. */
static const struct word words[OPS] = {
	[OP_TRY] = { "try", "own now or not at all" },
	[OP_WAIT] = { "wait", "sleep until the client owns" },
	[OP_TIMED] = { "timed", "wait; the time may run out at any moment" },
	[OP_NOW] = { "now", "wait with a deadline that has passed" },
	[OP_SUBMIT] = { "submit", "queue a request" },
	[OP_ENQUEUE] = { "enqueue", "submit; returns 0 if it was granted at once" },
	[OP_DIE] = { "die", "submit; the client's memory goes if that fails" },
	[OP_AWAIT] = { "await", "sleep until that request has ended" },
	[OP_FREE] = { "free", "stop owning" },
	[OP_CANCEL] = { "cancel", "withdraw the request" },
	[OP_YIELD] = { "yield", "if somebody waits, free and queue again" },
	[OP_EXIT] = { "exit", "the client's end; no operation of it follows" },
	[OP_POSITION] = { "position", "walk along the queue" },
	[OP_USE] = { "use", "if the client owns, use what it protects" },
	[OP_CHANGE] = { "change",
			"if the client owns, change how the backing works" },
	[OP_NOTE] = { "note",
		      "announce a change, whether the client owns or not" },
	[OP_KICK] = { "kick", "the backing kicks for no reason" },
	[OP_ANEW] = { "anew", "the backing wants the claim made anew" },
	[OP_HOLD] = { "hold", "the backing wants the claim held for nobody" },
	[OP_EVENT] = { "event", "the backing has an event for the owner" },
	[OP_STATUS] = { "status", "somebody reads statistics, and who owns" },
	[OP_SHARE] = { "share", "several outsiders may come from now on" },
	[OP_UNSHARE] = { "unshare", "one outsider at most may come from now on" },
	[OP_REPORT] = { "report", "the backing is told of the last Free from now on" },
	[OP_UNREPORT] = { "unreport", "the backing is not told of it any more" },
	[OP_WATCH] = { "watch", "somebody looks at who owns, to be woken when that changes" },
	[OP_TRACE] = { "trace", "what happens to clients is traced from now on" },
	[OP_UNTRACE] = { "untrace", "it is not traced any more" },
	[OP_CLAIM] = { "claim", "an outsider claims the backing, and waits" },
	[OP_LEAVE] = { "leave", "the outsider gives the backing up" },
	[OP_STOP] = { "stop", "the backing goes away" },
	[OP_START] = { "start", "the backing is there again, once nobody owns" },
};

void scenario_help(void)
{
	int i;

	printf("A scenario's parts are separated by \"|\". A part is a list of operations, which\n"
	       "one fiber does one after the other. \"a.try\" is client a's; clients are a to %c:\n",
	       'a' + CLIENTS_MAX - 1);
	for (i = 0; i < OPS; i++)
		printf("  %s%-10s %s\n", i < OP_KICK ? "X." : "  ",
		       words[i].name, words[i].help);
	printf("A fiber may begin with \"atomic\" (a context that must not sleep) or \"irqN\" (an\n"
	       "interrupt on the processor of fiber N, which cannot go on meanwhile).\n"
	       "These words are parts of their own: signals, freezes (the machine may be\n"
	       "suspended when a sleep begins), spurious (wake-ups), lossy (the backing may lose\n"
	       "a wake-up), held (the claim is held at the beginning), traced (from the beginning\n"
	       "to the end), weak (other fibers see stores late, as processors allow it).\n");
}

const char *scenario_op_name(const struct step *step)
{
	static char name[32];

	if (step->op >= OP_KICK)
		return words[step->op].name;
	snprintf(name, sizeof(name), "%c.%s", 'a' + step->client,
		 words[step->op].name);
	return name;
}

static const char *parse_step(const char *text, struct step *step)
{
	bool named = text[0] && text[1] == '.';
	int op;

	step->client = named ? text[0] - 'a' : 0;
	if (step->client < 0 || step->client >= CLIENTS_MAX)
		return "there is no such client";
	/* A client's letter stands before its operations, and no others. */
	for (op = named ? 0 : OP_KICK; op < OPS; op++)
		if (!strcmp(words[op].name, named ? text + 2 : text))
			break;
	if (op == OPS || (named && op >= OP_KICK))
		return "there is no such operation";
	step->op = op;
	return NULL;
}

/* Return whether the word is one that stands alone, and note it. */
static bool parse_surroundings(const char *text)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{ "signals", &scenario.signals },
		{ "freezes", &scenario.freezes },
		{ "spurious", &scenario.spurious },
		{ "lossy", &scenario.lossy },
		{ "held", &scenario.held },
		{ "traced", &scenario.traced },
		{ "weak", &scenario.weak },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!strcmp(text, flags[i].name)) {
			*flags[i].flag = true;
			return true;
		}
	}
	return false;
}

static void note_use(struct step *step, bool *uses)
{
	if (step->op == OP_STOP)
		scenario.stops = true;
	if (step->op == OP_REPORT)
		scenario.reports = true;
	if (step->op >= OP_KICK)
		return;
	if (step->client >= scenario.clients)
		scenario.clients = step->client + 1;
	if (!uses[step->client])
		scenario.users[step->client]++;
	uses[step->client] = true;
}

static const char *parse_program(char *text, struct program *program)
{
	bool uses[CLIENTS_MAX] = { false };
	const char *wrong;
	char *token, *rest;

	program->interrupts = -1;
	for (token = strtok_r(text, " ", &rest); token;
	     token = strtok_r(NULL, " ", &rest)) {
		if (!strcmp(token, "atomic")) {
			program->place = PLACE_ATOMIC;
			continue;
		}
		if (sscanf(token, "irq%d", &program->interrupts) == 1) {
			program->place = PLACE_ATOMIC;
			continue;
		}
		if (program->length == OPS_MAX)
			return "too many operations";
		wrong = parse_step(token, &program->steps[program->length]);
		if (wrong)
			return wrong;
		note_use(&program->steps[program->length++], uses);
	}
	return program->length ? NULL : "a fiber without an operation";
}

static bool op_sleeps(enum op op)
{
	return op == OP_WAIT || op == OP_TIMED || op == OP_NOW ||
		op == OP_AWAIT || op == OP_POSITION || op == OP_CLAIM ||
		op == OP_STOP || op == OP_START;
}

/* Number the outsiders, and check who is interrupted. */
static const char *parse_check(void)
{
	int i, j;

	for (i = 0; i < scenario.fibers; i++) {
		struct program *program = &scenario.programs[i];
		bool outsider = false;

		if (program->interrupts >= scenario.fibers ||
		    program->interrupts == i)
			return "there is no fiber to interrupt";
		for (j = 0; j < program->length; j++) {
			outsider |= program->steps[j].op == OP_CLAIM;
			if (program->interrupts >= 0 &&
			    op_sleeps(program->steps[j].op))
				return "an interrupt cannot sleep";
		}
		program->outsider = scenario.outsiders;
		scenario.outsiders += outsider;
	}
	return scenario.outsiders > OUTSIDERS_MAX ? "too many outsiders" : NULL;
}

const char *scenario_parse(const char *text)
{
	char copy[sizeof(scenario.text)], *part, *rest;
	const char *wrong;

	memset(&scenario, 0, sizeof(scenario));
	if (strlen(text) >= sizeof(copy))
		return "the text is too long";
	strcpy(scenario.text, text);
	strcpy(copy, text);
	for (part = strtok_r(copy, "|", &rest); part;
	     part = strtok_r(NULL, "|", &rest)) {
		part += strspn(part, " ");
		if (strchr(part, ' '))
			*(part + strlen(part) -
			  (part[strlen(part) - 1] == ' ')) = '\0';
		if (parse_surroundings(part))
			continue;
		if (scenario.fibers == FIBERS_MAX - 1)
			return "too many fibers";
		wrong = parse_program(part, &scenario.programs[scenario.fibers]);
		if (wrong)
			return wrong;
		scenario.fibers++;
	}
	if (!scenario.fibers)
		return "no fibers";
	wrong = parse_check();
	/* The work item comes last. */
	scenario.fibers++;
	return wrong;
}
