// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "clock.h"
#include "screen.h"
#include "terminal.h"

#define SHOW_SECONDS	1	/* least time between two updates */

static volatile sig_atomic_t was_continued;

static void note_continued(int number)
{
	(void)number;
	was_continued = 1;
}

void screen_begin(void)
{
	struct sigaction action = {
		.sa_handler = note_continued,
		.sa_flags = SA_RESTART,
	};

	sigaction(SIGCONT, &action, NULL);
}

static void forget(struct screen *screen)
{
	free(screen->text);
	screen->text = NULL;
	screen->lines = 0;
}

/* If the lines above the cursor are those of others, do not touch them. */
static void forget_lost(struct screen *screen)
{
	if (was_continued || !terminal_is_ours(stdout))
		forget(screen);
	was_continued = 0;
}

void screen_erase(struct screen *screen)
{
	forget_lost(screen);
	if (screen->lines) {
		terminal_up(stdout, screen->lines);
		terminal_erase_below(stdout);
	}
	forget(screen);
}

/* Adapt to the size of the terminal, which the user may have changed. */
static void measure(struct screen *screen)
{
	unsigned int width = terminal_width(stdout), height = terminal_height(stdout);

	if (width != screen->width || height != screen->height)
		screen_erase(screen);
	screen->width = width;
	screen->height = height;
}

/* Is there no need to write? */
static bool is_shown(const struct screen *screen, const char *text)
{
	return screen->text && (clock_seconds() - screen->written < SHOW_SECONDS ||
				!strcmp(screen->text, text));
}

/*
 * Write over the lines that are shown. Each line is written, not only those that have
 * changed: if the user has typed something, that is away after the next update.
 */
static void write_lines(struct screen *screen, const char *text)
{
	unsigned int lines;
	char line[1024];
	size_t len;

	terminal_up(stdout, screen->lines);
	for (lines = 0; *text && lines < screen->height - 1; lines++) {
		len = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		terminal_line(stdout, line);
		putchar('\n');
		text += len + !!text[len];
	}
	if (lines < screen->lines)
		terminal_erase_below(stdout);
	screen->lines = lines;
}

void screen_show(struct screen *screen, const char *text)
{
	forget_lost(screen);
	if (!terminal_is_ours(stdout))
		return;
	measure(screen);
	if (is_shown(screen, text))
		return;
	write_lines(screen, text);
	free(screen->text);
	screen->text = strdup(text);
	screen->written = clock_seconds();
}
