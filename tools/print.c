// SPDX-License-Identifier: GPL-2.0
/* parbiter print: send files to a printer; own the port for one file at a time */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocate.h"
#include "clock.h"
#include "command.h"
#include "error.h"
#include "interrupt.h"
#include "job.h"
#include "port.h"
#include "spool.h"
#include "text.h"

static const char print_help[] =
"Usage: parbiter print [-v] [-n | -w SECONDS] [-t SECONDS] PORT FILE...\n"
"Send each FILE unchanged to the printer on PORT; '-' is standard input. The port\n"
"is allocated for each file and freed after it: other clients may use the port\n"
"between two files, but not within a file.\n"
"\n"
WAIT_HELP
"  -t, --stall=SECONDS give up when the printer takes no data for so long\n"
"  -v, --verbose       print a line for each file that was sent\n"
"  -h, --help          print this text\n"
"\n"
"Ctrl-C stops at once, and prints how much was sent.\n"
"\n"
"Exit status: 0 all files were sent; 64 wrong usage, 65 a file cannot be read,\n"
"66 no such port, 69 module not loaded or port gone, 71 system error, 75 port busy\n"
"or time over, 76 the printer takes no data (-t), 77 no permission, 128 plus the\n"
"number of the signal that ended parbiter.\n";

/**
 * struct print - arguments of parbiter print
 * @port: the port
 * @wait: how long to wait for the port, for each file
 * @stall_limit: give up when the printer takes no data for this time, in seconds;
 *	or NO_LIMIT
 * @verbose: print a line for each file that was sent
 * @jobs: the files
 * @count: number of @jobs
 */
struct print {
	struct port port;
	struct wait_options wait;
	double stall_limit;
	bool verbose;
	struct job *jobs;
	unsigned int count;
};

static int explain_spool(const struct job *job, int error, bool read_failed)
{
	if (error == EINTR) {
		print_error("%s: interrupted: nothing sent", job->name);
		return EXIT_SIGNAL + interrupt_signal();
	}
	print_error("%s: %s%s", job->name, read_failed ? "" :
		    "cannot be copied to a temporary file: ", strerror(error));
	if (read_failed)
		return EXIT_INPUT;
	print_remedy("free space in /tmp, or set TMPDIR to another directory");
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
	printf("%s: %s: %llu bytes in %.1f s, %s\n", print->port.name,
	       job->name, (unsigned long long)job->sent, job->seconds, rate);
	fflush(stdout);
}

static int print_jobs(struct print *print)
{
	struct job *job;
	unsigned int i;
	int ret;

	for (i = 0; i < print->count; i++) {
		job = &print->jobs[i];
		ret = spool_input(job);
		if (!ret)
			ret = job_print(job, &print->port, &print->wait);
		close(job->fd);
		if (ret && print->count - i > 1)
			print_error("%s: %u more not printed", print->port.name,
				    print->count - i - 1);
		if (ret)
			return ret;
		if (print->verbose)
			print_summary(print, job);
	}
	return 0;
}

static int explain_open(const struct job *job)
{
	/* open() of a FIFO waits for a writer, until a signal ends it. */
	if (errno == EINTR && interrupt_signal())
		return EXIT_SIGNAL + interrupt_signal();
	print_error("%s: %s", job->name, strerror(errno));
	return EXIT_INPUT;
}

/* Open all files before the first is printed, so that errors show early. */
static int open_jobs(struct print *print, char **names)
{
	struct job *job;
	unsigned int i;

	print->jobs = calloc(print->count, sizeof(*print->jobs));
	if (!print->jobs) {
		print_error("cannot print %u files: %s", print->count,
			    strerror(errno));
		return EXIT_SYSTEM;
	}
	for (i = 0; i < print->count; i++) {
		job = &print->jobs[i];
		job->name = names[i];
		job->stall_limit = print->stall_limit;
		if (!strcmp(names[i], "-")) {
			job->name = "standard input";
			job->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		} else {
			job->fd = open(names[i], O_RDONLY | O_NOCTTY | O_CLOEXEC);
		}
		if (job->fd < 0)
			return explain_open(job);
		text_clean(names[i]);
	}
	return 0;
}

/* Open the port, and check that the module supports write(). */
static int open_port(struct print *print)
{
	struct parbiter_port_info info;
	int ret;

	ret = port_open(&print->port);
	if (ret)
		return ret;
	ret = port_info(&print->port, &info);
	if (!ret && !(info.features & PARBITER_FEATURE_IO))
		ret = -ENOTTY;
	return ret ? port_explain(&print->port, -ret) : 0;
}

static int print(struct print *print, char **names)
{
	int ret;

	ret = open_port(print);
	if (ret)
		return ret;
	interrupt_catch_signals();
	ret = open_jobs(print, names);
	if (!ret)
		ret = print_jobs(print);
	port_close(&print->port);
	free(print->jobs);
	return ret;
}

static int parse_operands(struct print *print, int argc, char **argv)
{
	int ret;

	ret = port_parse(&print->port, "print", argv[optind]);
	if (ret)
		return ret;
	optind++;
	if (optind >= argc)
		return usage_error("print", "no file given");
	print->count = argc - optind;
	return 0;
}

static int parse_stall_limit(struct print *print, const char *arg)
{
	if (!parse_seconds(&print->stall_limit, arg) || print->stall_limit <= 0)
		return usage_error("print",
				   "'%s' is not a number of seconds above 0", arg);
	return 0;
}

static int parse_option(struct print *print, int option)
{
	switch (option) {
	case 'n':
		print->wait.now = true;
		return 0;
	case 'w':
		return parse_wait_limit(&print->wait, "print", optarg);
	case 't':
		return parse_stall_limit(print, optarg);
	case 'v':
		print->verbose = true;
		return 0;
	default:
		return usage_hint("print");
	}
}

int print_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "no-wait", no_argument, NULL, 'n' },
		{ "wait", required_argument, NULL, 'w' },
		{ "stall", required_argument, NULL, 't' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct print args = {
		.wait.limit = NO_LIMIT,
		.stall_limit = NO_LIMIT,
	};
	int option, ret;

	while ((option = getopt_long(argc, argv, "nw:t:vh", options,
				     NULL)) != -1) {
		if (option == 'h') {
			fputs(print_help, stdout);
			return 0;
		}
		ret = parse_option(&args, option);
		if (ret)
			return ret;
	}
	ret = parse_operands(&args, argc, argv);
	return ret ? ret : print(&args, argv + optind);
}
