/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be printed: a file, or what the job's filters write to standard input */
#ifndef TOOLS_CUPS_INPUT_H
#define TOOLS_CUPS_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "channel.h"

#define INPUT_BYTES	65536

/**
 * struct input - what is to be printed
 * @fd: the file, or standard input
 * @copies: how often the file is still to be printed, with this time
 * @ended: everything has been read from @fd
 * @spool: temporary file with what was read from standard input so far; -1: none
 * @unread: number of bytes in @spool that were not printed yet
 * @rest: what was read from standard input and is not in @spool
 * @rest_len: number of bytes in @rest
 * @rest_at: number of bytes of @rest that were printed
 */
struct input {
	int fd;
	int copies;
	bool ended;
	int spool;
	off_t unread;
	char rest[INPUT_BYTES];
	size_t rest_len;
	size_t rest_at;
};

/* Open the file, or standard input if @path is NULL. Return 0 or an errno. */
int input_open(struct input *input, const char *path, int copies);

/*
 * Copy standard input to a temporary file, until its end, a signal, or a request on the
 * side channel for which the port is needed: a filter that takes long must not hold the
 * port. If there is no room, or the copy takes half of it, the rest stays in standard
 * input. Return 0 or a negative errno if standard input cannot be read.
 */
int input_spool(struct input *input, struct channel *channel);

/* Is nothing to be printed at all? */
bool input_is_empty(const struct input *input);

/* Does the rest come from filters that still run? */
bool input_is_stream(const struct input *input);

/* Must one wait for filters before input_read()? */
bool input_must_wait(const struct input *input);

/* Read the next bytes. Return their number, 0 at the end, or a negative errno. */
ssize_t input_read(struct input *input, char *data, size_t size);

/* Drop what the filters have written so far and was not printed. */
void input_discard(struct input *input);

#endif /* TOOLS_CUPS_INPUT_H */
