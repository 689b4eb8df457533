/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grammar of the fuzzer arbiter/fuzz.c: all requests, how their arguments
 * are made, and which errors each request may return.
 */
#ifndef PARBITER_E2E_LIBGRAMMAR_H
#define PARBITER_E2E_LIBGRAMMAR_H

#include "lib.h"

#define GRAMMAR_ERRORS	10
#define GRAMMAR_SIZE	256	/* of the largest argument that is made */

/**
 * struct grammar_request - a request
 * @name: its name
 * @number: its number
 * @size: size of its argument; 0: none
 * @fill: makes an argument that is valid; NULL: any bytes are
 * @errors: errors that it may return with a valid argument, ended by 0
 * @refusals: those for an argument that is not, in addition, and besides EFAULT
 */
struct grammar_request {
	const char *name;
	unsigned long number;
	size_t size;
	void (*fill)(unsigned int *seed, void *arg);
	int errors[GRAMMAR_ERRORS];
	int refusals[GRAMMAR_ERRORS];
};

/* Return a random number; the seed decides which, and changes. */
unsigned int grammar_random(unsigned int *seed);
/* Call this once in each process, before arguments are made. */
void grammar_init(void);
/* The request @number, NULL: it does not exist */
const struct grammar_request *grammar_find(unsigned long number);
const struct grammar_request *grammar_pick(unsigned int *seed);
/* A request that an owner makes to use the port */
const struct grammar_request *grammar_pick_use(unsigned int *seed);
/* Return whether its caller owns the port if the request succeeds. */
bool grammar_makes_owner(const struct grammar_request *request);
/* Change a valid argument in one place. */
void grammar_spoil(unsigned int *seed, void *arg, size_t size);
/*
 * Return whether the request may return @error. NULL: only ENOTTY. @valid: the
 * argument is valid.
 */
bool grammar_allows(const struct grammar_request *request, bool valid,
		    int error);

#endif /* PARBITER_E2E_LIBGRAMMAR_H */
