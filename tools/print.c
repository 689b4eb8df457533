// SPDX-License-Identifier: GPL-2.0
/* parbiter print: send files to a printer; own the port for one file at a time */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocate.h"
#include "clean.h"
#include "command.h"
#include "duration.h"
#include "error.h"
#include "interrupt.h"
#include "job.h"
#include "option.h"
#include "port.h"
#include "spool.h"
#include "text.h"

static const char print_help[] =
"Usage: parbiter print [OPTION...] PORT [FILE...]\n"
"Send each FILE unchanged to the printer on PORT. Without FILE, and as '-',\n"
"standard input is sent. The port is allocated for each file and freed after it:\n"
"other clients may use the port between two files, but not within a file.\n"
"\n"
WAIT_HELP
"  -t, --stall=TIME    give up when the printer takes no data for so long\n"
"  -v, --verbose       say on standard error for whom parbiter waits, its place\n"
"                      in the queue, when it owns the port, and what was sent\n"
WAIT_QUIET_HELP
"  -h, --help          print this text\n"
"\n"
"Ctrl-C stops at once, and prints how much was sent. A signal that ends parbiter\n"
"does so after this message.\n"
"\n"
"Exit status: 0 all files were sent; 64 wrong usage, 65 a file cannot be read,\n"
"66 no such port, 69 module not loaded or port gone, 71 system error, 75 port\n"
"busy or time over (-E), 76 the printer takes no data (-t), 77 no permission.\n";

/**
 * struct print - arguments of parbiter print
 * @port: the port
 * @wait: how long to wait for the port, for each file
 * @stall_limit: give up when the printer takes no data for this time, in seconds;
 *	or NO_LIMIT
 * @jobs: the files
 * @count: number of @jobs
 */
struct print {
	struct port port;
	struct wait_options wait;
	double stall_limit;
	struct job *jobs;
	unsigned int count;
};

static int explain_spool(const struct job *job, int error, bool read_failed)
{
	if (error == EINTR) {
		print_error("%s: interrupted: nothing sent", job->name);
		return EXIT_SIGNAL + interrupt_signal();
	}
	if (read_failed) {
		print_error("%s: %s", job->name, strerror(error));
		return EXIT_INPUT;
	}
	print_error("%s: cannot be copied to a temporary file in %s: %s",
		    job->name, spool_directory(), strerror(error));
	if (error == EFBIG)
		print_remedy("raise the limit of the size of files ('ulimit -f')");
	else
		print_remedy("%sset TMPDIR to another directory",
			     error == ENOSPC ? "free space there, or " : "");
	return EXIT_SYSTEM;
}

/*
 * Copy the input to a temporary file unless it is a regular file, and find out its
 * size. This happens before the port is requested, so that a program that writes
 * slowly into a pipe does not keep other clients waiting.
 */
static int spool_input(struct job *job)
{
	struct stat st;
	bool read_failed;
	off_t at;
	int fd;

	if (!fstat(job->fd, &st) && !S_ISREG(st.st_mode)) {
		fd = spool_copy(job->fd, &read_failed);
		if (fd < 0)
			return explain_spool(job, -fd, read_failed);
		close(job->fd);
		job->fd = fd;
		fstat(fd, &st);
	}
	at = lseek(job->fd, 0, SEEK_CUR);
	if (at >= 0 && st.st_size > at)
		job->total = st.st_size - at;
	return 0;
}

static void print_summary(const struct print *print, const struct job *job)
{
	char rate[32];

	text_rate(rate, sizeof(rate), job->sent, job->seconds);
	print_error("%s: %s: %llu bytes in %.1f s, %s", print->port.name,
		    job->name, (unsigned long long)job->sent, job->seconds, rate);
}

static int explain_open(const struct job *job)
{
	print_error("%s: %s", job->name, strerror(errno));
	return EXIT_INPUT;
}

/*
 * Open a file only when it is its turn: there may be more than a process may open. To
 * open a FIFO must not wait for a program that writes to it: a signal just before would
 * go unnoticed. spool_copy() waits.
 */
static int open_job(struct job *job)
{
	int flags = O_RDONLY | O_NOCTTY | O_CLOEXEC;
	struct stat st;

	if (job->path && !stat(job->path, &st) && S_ISFIFO(st.st_mode))
		flags |= O_NONBLOCK;
	if (!job->path)
		job->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		job->fd = open(job->path, flags);
	return job->fd < 0 ? explain_open(job) : 0;
}

static int print_job(const struct print *print, struct job *job)
{
	int ret;

	ret = open_job(job);
	if (ret)
		return ret;
	ret = spool_input(job);
	if (!ret)
		ret = job_print(job, &print->port, &print->wait);
	close(job->fd);
	return ret;
}

/* A signal during the last write of a file, which took everything, ends the program, too. */
static int check_signal(void)
{
	return interrupt_signal() ? EXIT_SIGNAL + interrupt_signal() : 0;
}

/* File number @i could not be printed: say what is left to do. */
static void report_rest(const struct print *print, unsigned int i, int ret)
{
	unsigned int rest = print->count - i - 1;

	if (!wait_is_silent(&print->wait, ret)) {
		if (rest)
			print_error("%s: %u more not printed", print->port.name, rest);
	} else if (i) {
		/* The status does not tell which files were printed. */
		print_error("%s: busy: %u of %u files were printed",
			    print->port.name, i, print->count);
	}
}

static int print_jobs(struct print *print)
{
	struct job *job;
	unsigned int i;
	int ret;

	for (i = 0; i < print->count; i++) {
		job = &print->jobs[i];
		ret = print_job(print, job);
		if (!ret && wait_voice(&print->wait) == WAIT_VERBOSE)
			print_summary(print, job);
		if (!ret)
			ret = check_signal();
		if (ret) {
			report_rest(print, i, ret);
			return ret;
		}
	}
	return 0;
}

/*
 * Check that a file can be read. A FIFO is not opened: the program that writes to it
 * would notice.
 */
static int check_job(const struct job *job)
{
	struct stat st;
	int fd;

	if (!job->path)
		return 0;
	if (stat(job->path, &st) || access(job->path, R_OK))
		return explain_open(job);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return explain_open(job);
	}
	if (!S_ISREG(st.st_mode))
		return 0;
	fd = open(job->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return explain_open(job);
	close(fd);
	return 0;
}

/* Check all files before the first is printed, so that errors show early. */
static int check_jobs(struct print *print, char **names)
{
	struct job *job;
	unsigned int i;
	int ret;

	print->jobs = calloc(print->count, sizeof(*print->jobs));
	if (!print->jobs) {
		print_error("cannot print %u files: %s", print->count,
			    strerror(errno));
		return EXIT_SYSTEM;
	}
	for (i = 0; i < print->count; i++) {
		job = &print->jobs[i];
		job->stall_limit = print->stall_limit;
		job->path = strcmp(names[i], "-") ? names[i] : NULL;
		job->name = clean_copy(job->path ? job->path : "standard input",
				       stderr);
		ret = job->name ? check_job(job) : EXIT_SYSTEM;
		if (ret)
			return ret;
	}
	return 0;
}

/* Open the port, and check that the module supports write(). */
static int open_printer_port(struct print *print)
{
	struct parbiter_port_info info;
	int ret;

	ret = open_port(&print->wait, &print->port);
	if (ret)
		return ret;
	ret = port_info(&print->port, &info);
	if (!ret && !(info.features & PARBITER_FEATURE_IO))
		ret = -ENOTTY;
	return ret ? port_explain(&print->port, -ret) : 0;
}

static void free_jobs(struct print *print)
{
	unsigned int i;

	for (i = 0; print->jobs && i < print->count; i++)
		free(print->jobs[i].name);
	free(print->jobs);
}

static int print(struct print *print, char **names)
{
	int ret;

	ret = open_printer_port(print);
	if (ret)
		return wait_status(&print->wait, ret);
	interrupt_catch_signals();
	ret = check_jobs(print, names);
	if (!ret)
		ret = print_jobs(print);
	port_close(&print->port);
	free_jobs(print);
	if (ret > EXIT_SIGNAL)
		return interrupt_die(ret - EXIT_SIGNAL);
	return wait_status(&print->wait, ret);
}

static int parse_operands(struct print *print, int argc, char **argv)
{
	int ret;

	ret = wait_check(&print->wait, "print");
	if (!ret)
		ret = port_parse(&print->port, "print", argv[optind]);
	if (ret)
		return ret;
	optind++;
	print->count = argc - optind;
	return 0;
}

static int parse_stall_limit(struct print *print, const char *arg)
{
	if (!duration_parse(&print->stall_limit, arg) || print->stall_limit <= 0)
		return usage_error("print", "'%s' is not a time above 0: 1.5, 90s, 5m or 2h",
				   arg);
	return 0;
}

static int parse_option(struct print *print, int option)
{
	switch (option) {
	case 't':
		return parse_stall_limit(print, optarg);
	default:
		return wait_parse(&print->wait, "print", option);
	}
}

int print_main(int argc, char **argv)
{
	static const struct option options[] = {
		WAIT_LONG_OPTIONS,
		{ "stall", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	static char *standard_input[1] = { "-" };
	struct print args = {
		.wait = WAIT_DEFAULTS,
		.stall_limit = NO_LIMIT,
	};
	int option, ret;

	while ((option = option_next(argc, argv, ":" WAIT_SHORT_OPTIONS "t:h",
				     options)) != -1) {
		if (option == 'h') {
			fputs(print_help, stdout);
			return 0;
		}
		ret = parse_option(&args, option);
		if (ret)
			return ret;
	}
	ret = parse_operands(&args, argc, argv);
	if (ret)
		return ret;
	if (args.count)
		return print(&args, argv + optind);
	args.count = 1;
	return print(&args, standard_input);
}
