// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "input.h"
#include "interrupt.h"
#include "message.h"
#include "spool.h"
#include "util.h"

int input_open(struct input *input, const char *path, int copies)
{
	memset(input, 0, sizeof(*input));
	input->spool = -1;
	input->fd = STDIN_FILENO;
	if (!path)
		return 0;
	input->copies = copies;
	input->fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	return input->fd < 0 ? errno : 0;
}

/* Read at most @size bytes. Return their number; 0: end; or a negative errno. */
static ssize_t read_some(int fd, char *data, size_t size)
{
	ssize_t len;

	do {
		len = read(fd, data, size);
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : len;
}

/* Move what is in @rest to the temporary file. Return false if it has no room. */
static bool save_rest(struct input *input)
{
	ssize_t done;

	while (input->rest_at < input->rest_len) {
		done = write(input->spool, input->rest + input->rest_at,
			     input->rest_len - input->rest_at);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		input->rest_at += done;
		input->unread += done;
	}
	input->rest_at = 0;
	input->rest_len = 0;
	return true;
}

/*
 * Has the copy taken as much room as it has left? Other jobs and programs need some, too.
 * A filesystem that does not know its size has no limit.
 */
static bool is_half_full(const struct input *input)
{
	struct statvfs st;

	return !fstatvfs(input->spool, &st) && st.f_blocks &&
	       (uint64_t)input->unread / st.f_frsize >= st.f_bavail;
}

/* cupsd's log has warnings, unless it is told otherwise. */
static void report_no_room(const char *why)
{
	message("WARNING", "no room for a copy of the job in %s (%s): the port is taken while the filters run",
		spool_directory(), why);
}

/* Copy until there is a reason to stop. Return 0 or a negative errno of reading. */
static int copy(struct input *input, struct channel *channel)
{
	ssize_t len;

	while (!input->ended && !channel->needs_port && !interrupt_signal()) {
		if (!channel_poll(channel, input->fd, POLLIN, -1))
			continue;
		len = read_some(input->fd, input->rest, sizeof(input->rest));
		if (len < 0)
			return len;
		input->ended = !len;
		input->rest_len = len;
		if (!save_rest(input)) {
			report_no_room(strerror(errno));
			break;
		}
		if (!input->ended && is_half_full(input)) {
			report_no_room("it takes half of what was free");
			break;
		}
	}
	return 0;
}

int input_spool(struct input *input, struct channel *channel)
{
	int ret;

	if (input->fd != STDIN_FILENO)
		return 0;
	input->spool = spool_open();
	if (input->spool < 0) {
		report_no_room(strerror(-input->spool));
		return 0;
	}
	ret = copy(input, channel);
	if (!ret && lseek(input->spool, 0, SEEK_SET) < 0)
		ret = -errno;
	return ret;
}

bool input_is_empty(const struct input *input)
{
	return input->ended && !input->unread && !input->rest_len;
}

bool input_is_stream(const struct input *input)
{
	return input->fd == STDIN_FILENO && !input->ended;
}

bool input_must_wait(const struct input *input)
{
	return input_is_stream(input) && !input->unread &&
	       input->rest_at == input->rest_len;
}

/* Read from the file; begin anew as often as it is to be printed. */
static ssize_t read_file(struct input *input, char *data, size_t size)
{
	ssize_t len;

	for (;;) {
		len = read_some(input->fd, data, size);
		if (len)
			return len;
		/* As CUPS' own backends count a file whose pages nobody knows. */
		message_line("PAGE: 1 1\n");
		if (input->copies <= 1)
			return 0;
		input->copies--;
		if (lseek(input->fd, 0, SEEK_SET) < 0)
			return -errno;
	}
}

ssize_t input_read(struct input *input, char *data, size_t size)
{
	ssize_t len;

	if (input->fd != STDIN_FILENO)
		return read_file(input, data, size);
	if (input->unread) {
		len = read_some(input->spool, data, size);
		if (len > 0)
			input->unread -= len;
		return len;
	}
	if (input->rest_at < input->rest_len) {
		len = input->rest_len - input->rest_at;
		if ((size_t)len > size)
			len = size;
		memcpy(data, input->rest + input->rest_at, len);
		input->rest_at += len;
		return len;
	}
	if (input->ended)
		return 0;
	len = read_some(input->fd, data, size);
	input->ended = !len;
	return len;
}

/* Drop what is in the pipe now: the filter that wrote it may go on writing. */
static void discard_pipe(struct input *input)
{
	ssize_t len;
	int left = 0;

	if (!input_is_stream(input) || ioctl(input->fd, FIONREAD, &left))
		return;
	while (left > 0) {
		size_t most = sizeof(input->rest);

		len = read_some(input->fd, input->rest, (size_t)left < most ? (size_t)left : most);
		if (len <= 0)
			return;
		left -= len;
	}
}

void input_discard(struct input *input)
{
	discard_pipe(input);
	if (input->unread)
		lseek(input->spool, 0, SEEK_END);
	input->unread = 0;
	input->rest_at = 0;
	input->rest_len = 0;
}
