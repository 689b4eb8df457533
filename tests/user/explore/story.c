// SPDX-License-Identifier: GPL-2.0
/* The story of a schedule; see story.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "fiber.h"
#include "scenario.h"
#include "story.h"

#define LINES_MAX	20000

/**
 * struct line - a line of the story
 * @who: number of the fiber; -1: an event
 * @word: the state word afterwards
 * @place: where in the program; NULL: nowhere
 * @text: what happens
 * @file: the file and the line of @place
 */
struct line {
	int who;
	int word;
	const void *place;
	char text[100];
	char file[100];
};

bool story_told;

static struct line *lines;
static int count;

/* Print the names of a word's flags and the number of waiters. */
static void print_word(char *text, size_t size, int word)
{
	static const struct {
		int flag;
		const char *name;
	} flags[] = {
		ARBITER_FLAG_NAMES
	};
	size_t used = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (word & flags[i].flag)
			used += snprintf(text + used, size - used, "%s%s",
					 used ? "|" : "", flags[i].name);
	if ((unsigned int)word >= ARBITER_WAITER)
		used += snprintf(text + used, size - used, "%s+%d",
				 used ? " " : "", word / ARBITER_WAITER);
	if (!used)
		snprintf(text, size, "0");
}

struct member {
	const char *name;
	size_t offset;
};

#define MEMBER(type, name)	{ #name, offsetof(struct type, name) }

static const struct member arbiter_members[] = {
	MEMBER(arbiter, state), MEMBER(arbiter, lock), MEMBER(arbiter, queue),
	MEMBER(arbiter, cursor), MEMBER(arbiter, walking),
	MEMBER(arbiter, owner), MEMBER(arbiter, held_since),
	MEMBER(arbiter, kicked), MEMBER(arbiter, watched),
	MEMBER(arbiter, served), MEMBER(arbiter, stats.grants),
	MEMBER(arbiter, stats.frees), MEMBER(arbiter, stats.longest_hold),
	MEMBER(arbiter, stats.longest_wait), MEMBER(arbiter, stats.cancels),
	MEMBER(arbiter, stats.timeouts), MEMBER(arbiter, stats.undone),
	MEMBER(arbiter, refused), MEMBER(arbiter, busy_ended),
	MEMBER(arbiter, ops), { NULL, 0 },
};

static const struct member client_members[] = {
	MEMBER(arbiter_client, arb), MEMBER(arbiter_client, state),
	MEMBER(arbiter_client, request), MEMBER(arbiter_client, async.node),
	MEMBER(arbiter_client, async.client),
	MEMBER(arbiter_client, async.sleeper),
	MEMBER(arbiter_client, async.result),
	MEMBER(arbiter_client, async.since), MEMBER(arbiter_client, ops),
	{ NULL, 0 },
};

/* Find the member that contains the offset. */
static const char *member_name(const struct member *members, size_t offset)
{
	const char *name = "?";

	for (; members->name && members->offset <= offset; members++)
		name = members->name;
	return name;
}

const char *story_name(const void *address)
{
	static char name[64];
	size_t offset = (const char *)address - (const char *)&world.arb;
	const struct fiber *fiber = fiber_of_address(address);

	if (offset < sizeof(world.arb)) {
		snprintf(name, sizeof(name), "arb.%s",
			 member_name(arbiter_members, offset));
		return name;
	}
	offset = (const char *)address - (const char *)world.clients;
	if (offset < sizeof(world.clients)) {
		snprintf(name, sizeof(name), "%c.%s",
			 'a' + (int)(offset / sizeof(struct client)),
			 member_name(client_members,
				     offset % sizeof(struct client)));
		return name;
	}
	if (fiber) {
		snprintf(name, sizeof(name), "the request of %d",
			 fiber_number(fiber));
		return name;
	}
	offset = (const char *)address - (const char *)world.fibers;
	if (offset < sizeof(world.fibers)) {
		snprintf(name, sizeof(name), "the task of %d",
			 (int)(offset / sizeof(struct fiber)));
		return name;
	}
	return address == &world.payload ? "the payload" : "?";
}

static void note(const void *place, const char *format, va_list arguments)
{
	struct line *line;

	if (!lines)
		lines = calloc(LINES_MAX, sizeof(*lines));
	if (!lines || count == LINES_MAX)
		return;
	line = &lines[count++];
	line->who = fiber_now ? fiber_number(fiber_now) : -1;
	line->word = world.arb.state.counter;
	line->place = place;
	line->file[0] = '\0';
	vsnprintf(line->text, sizeof(line->text), format, arguments);
}

void story_note(const void *place, const char *format, ...)
{
	va_list arguments;

	if (!story_told)
		return;
	va_start(arguments, format);
	note(place, format, arguments);
	va_end(arguments);
}

static const char *value_text(const void *address, u64 value)
{
	static char texts[2][80];
	static int next;
	char *text = texts[next ^= 1];
	size_t offset = value - (u64)world.clients;

	if (address == &world.arb.state)
		print_word(text, sizeof(texts[0]), value);
	else if (offset < sizeof(world.clients))
		snprintf(text, sizeof(texts[0]), "%c",
			 'a' + (int)(offset / sizeof(struct client)));
	else
		snprintf(text, sizeof(texts[0]), "%d", (int)value);
	return text;
}

void story_plain(const void *address, bool write, const void *place)
{
	if (story_told && fiber_now->racing)
		story_note(place, "%s %s", write ? "writes" : "reads",
			   story_name(address));
}

void story_load(const void *address, u64 value, const void *place)
{
	if (story_told)
		story_note(place, "reads %s: %s", story_name(address),
			   value_text(address, value));
}

void story_store(const void *address, u64 value, const void *place)
{
	if (story_told)
		story_note(place, "writes %s = %s", story_name(address),
			   value_text(address, value));
}

void story_rmw(const void *address, u64 old, u64 value, const void *place)
{
	if (story_told)
		story_note(place, "%s: %s -> %s", story_name(address),
			   value_text(address, old), value_text(address, value));
}

void story_compare(const void *address, int expected, int value, int old,
		   const void *place)
{
	if (!story_told)
		return;
	if (old == expected)
		story_rmw(address, old, value, place);
	else
		story_note(place, "%s: not %s, but %s", story_name(address),
			   value_text(address, expected),
			   value_text(address, old));
}

/*
 * Ask addr2line where all places are. It prints the address, and then a line
 * for the place and one for each function into which that was inlined.
 */
static FILE *open_places(void)
{
	char name[] = "/tmp/explore.XXXXXX", command[256];
	int fd = mkstemp(name), i;
	FILE *list = fd < 0 ? NULL : fdopen(fd, "w");

	if (!list)
		return NULL;
	/* A return address is behind the call. */
	for (i = 0; i < count; i++)
		fprintf(list, "%p\n", (void *)((size_t)lines[i].place -
					       !!lines[i].place));
	fclose(list);
	snprintf(command, sizeof(command),
		 "addr2line -ais -e /proc/%d/exe < %s; rm -f %s",
		 (int)getpid(), name, name);
	return popen(command, "r");
}

/*
 * Find the places of all lines: the innermost that is not in a header of
 * linux/, which everything is made of.
 */
static void find_places(void)
{
	static const char * const common[] = {
		"atomic.h:", "list.h:", "spinlock.h:", "??:",
	};
	FILE *places = open_places();
	char text[100];
	int i = -1, j;

	while (places && fgets(text, sizeof(text), places)) {
		text[strcspn(text, " \n")] = '\0';
		if (!strncmp(text, "0x", 2)) {
			i++;
			continue;
		}
		for (j = 0; j < ARRAY_SIZE(common); j++)
			if (!strncmp(text, common[j], strlen(common[j])))
				break;
		if (j < ARRAY_SIZE(common) ||
		    i >= count || lines[i].file[0])
			continue;
		snprintf(lines[i].file, sizeof(lines[i].file), "%s", text);
	}
	if (places)
		pclose(places);
}

static void print_line(const struct line *line)
{
	char word[64], who[16] = "-";

	print_word(word, sizeof(word), line->word);
	if (line->who >= 0)
		snprintf(who, sizeof(who), "%d", line->who);
	printf("# %-24s %2s  %-50s %s\n", word, who, line->text, line->file);
}

void story_print(void)
{
	int i;

	if (count)
		find_places();
	for (i = 0; i < count; i++)
		print_line(&lines[i]);
	count = 0;
}
