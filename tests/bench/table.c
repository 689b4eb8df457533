// SPDX-License-Identifier: GPL-2.0
/* Collects the rows; prints them as a table, and writes them as JSON. */
#include <stdarg.h>

#include "bench.h"

#define RESULTS_MAX	256

static struct result results[RESULTS_MAX];
static unsigned int n_results;
static bool adds_peers;

void add_peers(bool peers)
{
	adds_peers = peers;
}

struct result *add(const char *key, const char *unit, double count,
		   const char *text)
{
	struct result *result = &results[n_results++];

	check(n_results < RESULTS_MAX);
	*result = (struct result){
		.key = key, .text = text, .count = count, .unit = unit,
		.accesses = -1, .peer = adds_peers,
	};
	return result;
}

void compare(struct result *result, const char *against, unsigned int times,
	     double target)
{
	result->against = against;
	result->times = times;
	result->target = target;
}

/* Return the number of interrupts of all parallel ports since boot. */
unsigned long port_interrupts(void)
{
	unsigned long count, sum = 0;
	char line[256];
	FILE *file = fopen("/proc/interrupts", "re");

	check(file);
	while (fgets(line, sizeof(line), file))
		if (strstr(line, "parport") &&
		    sscanf(line, "%*u: %lu", &count) == 1)
			sum += count;
	fclose(file);
	return sum;
}

const char *keep(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	check(vasprintf(&text, fmt, args) > 0);
	va_end(args);
	return text;
}

static const struct result *find(const char *key)
{
	unsigned int i;

	for (i = 0; i < n_results; i++)
		if (strcmp(results[i].key, key) == 0)
			return &results[i];
	return NULL;
}

/* Return the ratio to the row @against; 0 if there is none or it was not measured. */
static double ratio(const struct result *result)
{
	const struct result *base;

	base = result->against ? find(result->against) : NULL;
	return base ? result->count / (result->times * base->count) : 0;
}

/* Return the register accesses that the target allows. */
static double accesses_allowed(const struct result *result)
{
	const struct result *base;

	base = result->against ? find(result->against) : NULL;
	return base ? result->times * base->accesses : 0;
}

static bool met(const struct result *result)
{
	double value = result->against ? ratio(result) : result->count;

	/* To register a native driver takes two accesses, once. */
	if (result->no_more_accesses &&
	    (result->accesses > accesses_allowed(result) + 0.01 ||
	     result->interrupts > 0.01))
		return false;
	return result->least ? value >= result->target :
			       value <= result->target;
}

/* Return true if the row to which a target compares this one was not measured. */
static bool is_undecided(const struct result *result)
{
	return result->against && ratio(result) == 0;
}

static const char *verdict(const struct result *result)
{
	if (result->target == 0 || is_undecided(result))
		return "";
	return met(result) ? "met" : "not met";
}

/* Return true if counts of this unit are whole numbers. */
static bool is_whole(const char *unit)
{
	return strcmp(unit, "instructions") == 0 ||
	       strcmp(unit, "bytes") == 0 || strcmp(unit, "clients") == 0 ||
	       strcmp(unit, "locked") == 0;
}

static void print_row(const struct result *result)
{
	char count[32], accesses[32] = "-", interrupts[32] = "-", versus[64] = "", target[64] = "";

	snprintf(count, sizeof(count), "%.*f", is_whole(result->unit) ? 0 : 3,
		 result->count);
	if (result->accesses >= 0) {
		snprintf(accesses, sizeof(accesses), "%.2f", result->accesses);
		snprintf(interrupts, sizeof(interrupts), "%.2f",
			 result->interrupts);
	}
	if (ratio(result) != 0)
		snprintf(versus, sizeof(versus), "%.3f of %u %s", ratio(result),
			 result->times, result->against);
	if (result->target != 0)
		snprintf(target, sizeof(target), "%s %g",
			 result->least ? ">=" : "<=", result->target);
	printf("%-22s %-44s %7s %-12s %5s %5s %-26s %-8s %s\n", result->key,
	       result->text, count, result->unit, accesses, interrupts, versus, target,
	       verdict(result));
}

void print_table(void)
{
	unsigned int i;

	printf("%-22s %-44s %7s %-12s %5s %5s %-26s %-8s %s\n", "row",
	       "what is measured", "count", "of", "regs", "irqs", "ratio",
	       "target", "verdict");
	for (i = 0; i < n_results; i++)
		print_row(&results[i]);
	fflush(stdout);
}

/* Return true if an interrupt or the scheduler takes part: their work varies. */
static bool varies(const struct result *result)
{
	return result->interrupts > 0.5 || result->sleeps;
}

static void write_result(FILE *file, const struct result *result)
{
	fprintf(file, "  {\"row\": \"%s\", \"what\": \"%s\", \"count\": %.10g, \"of\": \"%s\"",
		result->key, result->text, result->count, result->unit);
	if (result->accesses >= 0)
		fprintf(file, ", \"registers\": %.2f, \"interrupts\": %.2f",
			result->accesses, result->interrupts);
	if (ratio(result) != 0)
		fprintf(file, ", \"against\": \"%s\", \"times\": %u, \"ratio\": %.6g",
			result->against, result->times, ratio(result));
	if (result->target != 0)
		fprintf(file, ", \"target\": %g, \"met\": %s", result->target,
			is_undecided(result) ? "null" :
			met(result) ? "true" : "false");
	fprintf(file, ", \"varies\": %s, \"peer\": %s}",
		varies(result) ? "true" : "false",
		result->peer ? "true" : "false");
}

void write_json(const char *path)
{
	FILE *file = fopen(path, "we");
	unsigned int i;

	if (!file)
		fail("%s: %s", path, strerror(errno));
	fputs("[\n", file);
	for (i = 0; i < n_results; i++) {
		write_result(file, &results[i]);
		fputs(i + 1 < n_results ? ",\n" : "\n", file);
	}
	fputs("]\n", file);
	if (fclose(file))
		fail("%s: %s", path, strerror(errno));
}
