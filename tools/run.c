// SPDX-License-Identifier: GPL-2.0
/* parbiter run: own a port while a command runs */
#include <stdio.h>
#include <string.h>

#include "allocate.h"
#include "child.h"
#include "command.h"
#include "device.h"
#include "error.h"
#include "guard.h"
#include "interrupt.h"
#include "option.h"
#include "port.h"

static const char run_help[] =
"Usage: parbiter run [OPTION...] PORT [--] COMMAND [ARGUMENT...]\n"
"Wait for PORT, run COMMAND as its owner, and free the port when COMMAND has\n"
"ended. COMMAND inherits the open descriptor of the port; its number is in the\n"
"environment variable PARBITER_FD.\n"
"\n"
WAIT_HELP
"  -d, --device=N      select device N, 0 to 3 or end, of an IEEE 1284.3 chain\n"
"  -o, --close         do not pass the descriptor of the port to COMMAND\n"
"  -v, --verbose       say on standard error for whom COMMAND waits, its place in\n"
"                      the queue, and when it owns the port\n"
WAIT_QUIET_HELP
"  -h, --help          print this text\n"
"\n"
"Ctrl-C while waiting withdraws the request.\n"
"If a signal ends COMMAND, the same signal ends parbiter.\n"
"\n"
"Exit status: that of COMMAND; 64 wrong usage, 66 no such port, 69 module not\n"
"loaded, port gone or device does not answer, 71 system error, 75 port busy or\n"
"time over (-E), 77 no permission, 126 COMMAND cannot be executed, 127 COMMAND\n"
"not found.\n";

/**
 * struct run - arguments of parbiter run
 * @port: the port
 * @child: how to wait for the port, and the command
 */
struct run {
	struct port port;
	struct child child;
};

static int run(struct run *run)
{
	int ret;

	ret = open_port(&run->child.wait, &run->port);
	if (ret)
		return wait_status(&run->child.wait, ret);
	ret = guard_run(&run->child, &run->port);
	return ret < 0 ? interrupt_die(-ret) : ret;
}

static int parse_operands(struct run *run, int argc, char **argv)
{
	int ret;

	ret = wait_check(&run->child.wait, "run");
	if (!ret)
		ret = port_parse(&run->port, "run", argv[optind]);
	if (ret)
		return ret;
	optind++;
	if (optind < argc && !strcmp(argv[optind], "--"))
		optind++;
	else if (optind < argc && argv[optind][0] == '-')
		return usage_error("run", "'%s' is in the place of the command: options come before the port, and 'sh -c' runs a line of the shell",
				   argv[optind]);
	if (optind >= argc)
		return usage_error("run", "no command given");
	run->child.command = argv + optind;
	return 0;
}

static int parse_option(struct run *run, int option)
{
	struct wait_options *wait = &run->child.wait;

	switch (option) {
	case 'd':
		if (device_parse(&wait->device, optarg))
			return 0;
		return usage_error("run", "'%s' is not a device: 0 to 3, or end",
				   optarg);
	case 'o':
		run->child.close = true;
		return 0;
	default:
		return wait_parse(wait, "run", option);
	}
}

int run_main(int argc, char **argv)
{
	static const struct option options[] = {
		WAIT_LONG_OPTIONS,
		{ "device", required_argument, NULL, 'd' },
		{ "close", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct run args = { .child.wait = WAIT_DEFAULTS };
	int option, ret;

	while ((option = option_next(argc, argv, "+:" WAIT_SHORT_OPTIONS "d:oh",
				     options)) != -1) {
		if (option == 'h') {
			fputs(run_help, stdout);
			return 0;
		}
		ret = parse_option(&args, option);
		if (ret)
			return ret;
	}
	ret = parse_operands(&args, argc, argv);
	return ret ? ret : run(&args);
}
