/* SPDX-License-Identifier: GPL-2.0 */
/*
 * soak: use the port for hours, as hostile programs and administrators would,
 * and check after each phase that nothing was lost and nothing leaked.
 */
#ifndef PARBITER_SOAK_H
#define PARBITER_SOAK_H

#include "lib.h"

/**
 * struct totals - what was done so far; all processes add to it
 * @opens: descriptors of parbiter that were opened
 * @requests: requests to parbiter
 * @grants: how often a tenant became owner and used the port
 * @kills: processes that were ended by SIGKILL, owners and waiters
 * @unplugs: virtual ports that were unplugged
 * @unbinds: how often the driver of the real port was unbound
 * @reloads: how often parbiter was unloaded and loaded
 * @refused: how often parbiter could not be unloaded, because it was in use
 * @suspends: how often the machine was suspended
 * @hogs: how often the memory of the machine was used up
 * @shortages: calls of tenants that failed for want of memory
 * @natives: how often a native driver owned the port
 * @crowds: how often 1000 descriptors were queued at once
 * @kernel_turns: how often a kernel client became owner
 * @checks: how often everything was checked
 * @leak_scans: searches of the kernel for leaked memory (kmemleak)
 */
struct totals {
	unsigned long long opens;
	unsigned long long requests;
	unsigned long long grants;
	unsigned long long kills;
	unsigned long long unplugs;
	unsigned long long unbinds;
	unsigned long long reloads;
	unsigned long long refused;
	unsigned long long suspends;
	unsigned long long hogs;
	unsigned long long shortages;
	unsigned long long natives;
	unsigned long long crowds;
	unsigned long long kernel_turns;
	unsigned long long checks;
	unsigned long long leak_scans;
};

extern struct totals *totals;

static inline void count(unsigned long long *total,
			 unsigned long long n)
{
	__atomic_add_fetch(total, n, __ATOMIC_RELAXED);
}

/* Where the modules are that Debian's kernel has */
#define LP_KO		"/host/lp.ko"
#define PPDEV_KO	"/host/ppdev.ko"

/* Return a number below @n. The seed decides which. */
unsigned int pick(unsigned int n);
/* Decide the choices of this process from now on. */
void pick_seed(unsigned int seed);

/* Return whether the fault @name is to be made on purpose. */
bool fault(const char *name);

/* How long a phase lasts: it asks this after each of its steps. */
bool phase_goes_on(void);
/* Return after a random time of up to @ms milliseconds. */
void linger(unsigned int ms);

void phase_kill(void);
void phase_unplug(void);
void phase_unbind(void);
void phase_reload(void);
void phase_suspend(void);
void phase_memory(void);
void phase_natives(void);
void phase_crowd(void);
void phase_kernel(void);

/* Unload @name, which nobody uses any more. */
void unload(const char *name);
void load(const char *module);

/* Remember the state of the machine before the first phase. */
void invariants_begin(void);
/* Check all that must hold between two phases. */
void invariants_check(void);
/* Search for lost memory; every phase has run since the last search. */
void invariants_check_memory(void);
/* Print what was checked. Returns whether lost memory was looked for. */
bool invariants_report(void);

#endif /* PARBITER_SOAK_H */
