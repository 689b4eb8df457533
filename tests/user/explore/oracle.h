/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must be true: after each step, and whenever every fiber is asleep or
 * between two operations (which is called quiet). The invariants are those of
 * Documentation/design.rst, "What stays true".
 */
#ifndef _EXPLORE_ORACLE_H
#define _EXPLORE_ORACLE_H

#include "scenario.h"

/* Called by a fiber before and after an operation. */
void oracle_op_begins(const struct step *step);
void oracle_op_ends(const struct step *step, int result);

/* A Free has returned @ret; @held: the client was known to own before. */
void oracle_free(const struct client *client, bool held, int ret);

/* The arbiter has told a client, by its number, what has happened to it. */
void oracle_traced(int number, enum arbiter_act act, int result);

/* Check what is true after every step, which @fiber has made (or NULL). */
void oracle_step(const struct fiber *fiber);

/* Check what is true when the world is quiet. */
bool oracle_is_quiet(void);
void oracle_quiet(void);

/* Nobody can go on: check that nobody is in the middle of something. */
void oracle_stuck(void);

#endif /* _EXPLORE_ORACLE_H */
