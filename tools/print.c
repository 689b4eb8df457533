// SPDX-License-Identifier: GPL-2.0
/* parbiter print: send files to a printer, each in a turn of its own */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "interrupt.h"
#include "job.h"
#include "port.h"
#include "spool.h"
#include "text.h"
#include "turn.h"

const char print_help[] =
"Usage: parbiter print [-v] [-n | -w SECONDS] [-t SECONDS] PORT FILE...\n"
"Send each FILE as it is ('-': standard input) to the printer on PORT, in a turn\n"
"of its own: nobody gets in between its bytes, others may between two files.\n"
"\n"
TURN_HELP
"  -t, --stall=SECONDS give up when the printer took nothing for so long\n"
"  -v, --verbose       say what was sent, a line for each file\n"
"  -h, --help          this text\n"
"\n"
"Exit status: 0 all was sent; 64 usage, 65 a file cannot be read, 66 no such\n"
"port, 69 no module or port unplugged, 71 system error, 75 busy or time ran out,\n"
"76 the printer took nothing (-t), 77 permission; 128 plus the number of the\n"
"signal that ended it: Ctrl-C stops at once and says how much was sent.\n";

/**
 * struct print - what was asked for
 * @port: the port
 * @turn: how to wait for each turn
 * @patience: seconds that the printer may take nothing, or TURN_FOREVER
 * @verbose: say what was sent
 * @jobs: the files
 * @count: number of @jobs
 */
struct print {
	struct port port;
	struct turn turn;
	double patience;
	bool verbose;
	struct job *jobs;
	unsigned int count;
};

static int explain_spool(const struct job *job, int error, bool reading)
{
	if (error == EINTR) {
		complain("%s: interrupted: nothing sent", job->name);
		return EXIT_SIGNAL + interrupt_signal();
	}
	complain("%s: %s%s", job->name, reading ? "" : "cannot be kept: ",
		 strerror(error));
	if (reading)
		return EXIT_INPUT;
	advise("make room in /tmp, or let TMPDIR name another directory");
	return EXIT_SYSTEM;
}

/*
 * Who writes slowly into a pipe must not keep others waiting: all of it is
 * fetched before the port is asked for.
 */
static int fetch(struct job *job)
{
	struct stat st;
	bool reading;
	off_t at;
	int fd;

	if (!fstat(job->fd, &st) && !S_ISREG(st.st_mode)) {
		fd = spool_copy(job->fd, &reading);
		if (fd < 0)
			return explain_spool(job, -fd, reading);
		close(job->fd);
		job->fd = fd;
		fstat(fd, &st);
	}
	at = lseek(job->fd, 0, SEEK_CUR);
	if (at >= 0 && st.st_size > at)
		job->total = st.st_size - at;
	return 0;
}

static void report(const struct print *print, const struct job *job)
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
		ret = fetch(job);
		if (!ret)
			ret = job_print(job, &print->port, &print->turn);
		close(job->fd);
		if (ret && print->count - i > 1)
			complain("%s: not begun: %u more", print->port.name,
				 print->count - i - 1);
		if (ret)
			return ret;
		if (print->verbose)
			report(print, job);
	}
	return 0;
}

static int explain_open(const struct job *job)
{
	/* Opening a pipe waits for who writes it. */
	if (errno == EINTR && interrupt_signal())
		return EXIT_SIGNAL + interrupt_signal();
	complain("%s: %s", job->name, strerror(errno));
	return EXIT_INPUT;
}

/* All are opened before anything is printed, to fail early. */
static int open_jobs(struct print *print, char **names)
{
	struct job *job;
	unsigned int i;

	print->jobs = calloc(print->count, sizeof(*print->jobs));
	if (!print->jobs) {
		complain("%s", strerror(errno));
		return EXIT_SYSTEM;
	}
	for (i = 0; i < print->count; i++) {
		job = &print->jobs[i];
		job->name = names[i];
		job->patience = print->patience;
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

/* A module that only arbitrates would take the turn, and nothing else. */
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
	interrupt_note();
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

	if (optind >= argc)
		return usage_error("print", "no port named");
	ret = port_parse(&print->port, argv[optind++]);
	if (ret)
		return ret;
	if (optind >= argc)
		return usage_error("print", "no file to print");
	print->count = argc - optind;
	return 0;
}

static int parse_patience(struct print *print, const char *arg)
{
	char *end;

	print->patience = strtod(arg, &end);
	if (end == arg || *end || !(print->patience > 0))
		return usage_error("print", "'%s' is no number of seconds", arg);
	return 0;
}

static int parse_option(struct print *print, int option)
{
	switch (option) {
	case 'n':
		print->turn.now = true;
		return 0;
	case 'w':
		return turn_parse_limit(&print->turn, "print", optarg);
	case 't':
		return parse_patience(print, optarg);
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
	struct print what = {
		.turn.limit = TURN_FOREVER,
		.patience = TURN_FOREVER,
	};
	int option, ret;

	while ((option = getopt_long(argc, argv, "nw:t:vh", options,
				     NULL)) != -1) {
		if (option == 'h') {
			fputs(print_help, stdout);
			return 0;
		}
		ret = parse_option(&what, option);
		if (ret)
			return ret;
	}
	ret = parse_operands(&what, argc, argv);
	return ret ? ret : print(&what, argv + optind);
}
