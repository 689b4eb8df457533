// SPDX-License-Identifier: GPL-2.0
/* explore: run the arbiter's code in every order of its steps. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "scenario.h"
#include "scenarios.h"
#include "search.h"
#include "story.h"

/**
 * struct result - how the search of a scenario ended
 * @search: what was searched
 * @failure: what went wrong, or an empty text
 * @seconds: how long it took
 * @begun: a worker has begun it
 * @done: that worker has finished it; if it has not, it has died
 */
struct result {
	struct search search;
	char failure[sizeof(failure)];
	double seconds;
	bool begun;
	bool done;
};

/* Shared by the processes that search */
static struct shared {
	int next;
	struct result results[];
} *shared;

static u64 max_states = 40 * 1000 * 1000;
static bool verbose, first;

static void help(void)
{
	printf("explore [--full|--all] [--jobs N] [--verbose] [--first]\n"
	       "                                  explore the scenarios of the test\n"
	       "explore --list [--full|--all]     print their texts\n"
	       "explore [--states N] TEXT...      explore these scenarios\n"
	       "explore --replay TEXT CHOICES     tell the story of one schedule\n"
	       "\n"
	       "A scenario is run in every order of its fibers' steps. A state that was seen\n"
	       "before is not followed again. Beyond N different states (default %lu) the search\n"
	       "gives up. Exit status: 0, or 1 if a check has failed, or 2.\n\n",
	       (unsigned long)max_states);
	printf("--full: more scenarios, for about half an hour on two processors;\n"
	       "--all: also those that take hours;\n"
	       "--verbose: print the result of each scenario when it is there, too;\n"
	       "--first: stop at the first check that fails.\n\n");
	scenario_help();
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void parse(const char *text)
{
	const char *wrong = scenario_parse(text);

	if (!wrong)
		return;
	fprintf(stderr, "explore: \"%s\": %s (see --help)\n", text, wrong);
	exit(2);
}

static void explore(const char *text, struct result *result)
{
	double start = now();

	result->begun = true;
	parse(text);
	failure[0] = '\0';
	result->search.max_states = max_states;
	search_run(&result->search);
	strcpy(result->failure, failure);
	result->seconds = now() - start;
	result->done = true;
}

static void print_result(FILE *file, const char *text,
			 const struct result *result)
{
	fprintf(file, "%s: %s: %lu schedules, %lu steps, %lu states, %.1f s\n",
		text, result->failure[0] ? "failed" :
		result->search.exhausted ? "exhausted" : "not exhausted",
		(unsigned long)result->search.schedules,
		(unsigned long)result->search.steps,
		(unsigned long)result->search.states, result->seconds);
}

static void work(void)
{
	int i;

	while ((i = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED)) <
	       scenarios_count) {
		explore(scenarios[i], &shared->results[i]);
		if (first && failure[0])
			shared->next = scenarios_count;
		if (verbose)
			print_result(stderr, scenarios[i], &shared->results[i]);
	}
}

/* Search all scenarios in several processes, each in one. */
static void explore_all(int jobs)
{
	size_t size = sizeof(*shared) +
		scenarios_count * sizeof(shared->results[0]);
	int i;

	shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("explore: mmap");
		exit(2);
	}
	fflush(stdout);
	for (i = 0; i < jobs; i++) {
		pid_t child = fork();

		if (child < 0) {
			perror("explore: fork");
			exit(2);
		}
		if (!child) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			work();
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

static void tell(const char *text, const unsigned char *path, int length)
{
	int i;

	parse(text);
	for (i = 0; i < scenario.fibers - 1; i++) {
		const struct program *program = &scenario.programs[i];
		int j;

		printf("# %d:", i);
		for (j = 0; j < program->length; j++)
			printf(" %s", scenario_op_name(&program->steps[j]));
		printf("\n");
	}
	printf("# %d: the work item\n# %-24s who what\n",
	       scenario.fibers - 1, "state word afterwards");
	failure[0] = '\0';
	story_told = true;
	if (!search_replay(path, length))
		printf("# the choices do not fit the scenario\n");
	story_told = false;
	story_print();
	printf("# %s\n", has_failed() ? failure : "nothing is wrong");
}

static void report_failure(const char *text, const struct result *result)
{
	int i;

	if (!result->done) {
		printf("# %s: the process died\n", text);
		return;
	}
	printf("# %s\n# %s, after %lu schedules, %lu steps and %.1f s\n", text,
	       result->failure, (unsigned long)result->search.schedules,
	       (unsigned long)result->search.steps, result->seconds);
	tell(text, result->search.path, result->search.length);
	printf("# again: explore --replay \"%s\" ", text);
	for (i = 0; i < result->search.length; i++)
		printf("%02x", result->search.path[i]);
	printf("\n");
}

/* Report a family; returns whether all is well. */
static bool report(const struct family *family, int number)
{
	unsigned long schedules = 0, steps = 0, states = 0;
	int bounded = 0, failed = 0, left_out = 0, i;

	for (i = family->first; i < family->first + family->count; i++) {
		const struct result *result = &shared->results[i];

		schedules += result->search.schedules;
		steps += result->search.steps;
		states += result->search.states;
		if (!result->begun && first) {
			left_out++;
		} else if (!result->done || result->failure[0]) {
			/* The story of one failure is enough. */
			if (!failed++)
				report_failure(scenarios[i], result);
			else
				printf("# %s: %s\n", scenarios[i],
				       result->failure);
		} else if (!result->search.exhausted) {
			bounded++;
			printf("# not exhausted: %s\n", scenarios[i]);
		}
	}
	printf("# %lu schedules, %lu steps, %lu states; exhausted: %d of %d\n",
	       schedules, steps, states,
	       family->count - bounded - failed - left_out, family->count);
	/* A search that gives up has not shown what its family stands for. */
	if (!family->bounded)
		failed += bounded;
	printf("%sok %d - explore: %s%s\n", failed ? "not " : "", number,
	       family->name, left_out && !failed ?
	       " # SKIP another check has failed" : "");
	return !failed;
}

static int replay(const char *text, const char *choices)
{
	static unsigned char path[PATH_MAX_STEPS];
	unsigned int choice;
	int length = 0;

	while (length < PATH_MAX_STEPS &&
	       sscanf(choices + 2 * length, "%2x", &choice) == 1)
		path[length++] = choice;
	tell(text, path, length);
	return has_failed();
}

/* Explore the scenarios on the command line. */
static int explore_named(char **texts)
{
	static struct result result;
	bool failed = false;

	for (; *texts; texts++) {
		memset(&result, 0, sizeof(result));
		explore(*texts, &result);
		if (result.failure[0])
			report_failure(*texts, &result);
		failed |= result.failure[0];
		print_result(stdout, *texts, &result);
	}
	return failed;
}

static int explore_families(int jobs)
{
	bool fine = true;
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%d\n", scenarios_family_count);
	explore_all(jobs);
	for (i = 0; i < scenarios_family_count; i++)
		fine &= report(&scenarios_families[i], i + 1);
	return !fine;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "full", no_argument, NULL, 'f' },
		{ "all", no_argument, NULL, 'a' },
		{ "list", no_argument, NULL, 'l' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "states", required_argument, NULL, 's' },
		{ "replay", no_argument, NULL, 'r' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "first", no_argument, NULL, '1' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int jobs = sysconf(_SC_NPROCESSORS_ONLN), option, i;
	enum scenarios_level level = SCENARIOS_QUICK;
	bool list = false, again = false;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			level = SCENARIOS_FULL;
			break;
		case 'a':
			level = SCENARIOS_ALL;
			break;
		case 'l':
			list = true;
			break;
		case 'j':
			jobs = atoi(optarg);
			break;
		case 's':
			max_states = strtoull(optarg, NULL, 0);
			break;
		case 'v':
			verbose = true;
			break;
		case '1':
			first = true;
			break;
		case 'r':
			again = true;
			break;
		case 'h':
			help();
			return 0;
		default:
			return 2;
		}
	}
	if (again && argc - optind == 2)
		return replay(argv[optind], argv[optind + 1]);
	if (again) {
		fprintf(stderr, "explore: --replay needs a text and choices\n");
		return 2;
	}
	if (optind < argc)
		return explore_named(argv + optind);
	scenarios_make(level);
	if (!list)
		return explore_families(jobs);
	for (i = 0; i < scenarios_count; i++)
		puts(scenarios[i]);
	return 0;
}
