/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every end-to-end test shares: KTAP on stdout, checks, children that
 * wait for the port, and conditions waited for with a deadline instead of
 * sleeping for a while and hoping.
 *
 * A test program has a table of cases and hands it to run_tests(). Every case
 * runs in a process of its own: a failed check() ends that process, and
 * whatever the case left behind (children, descriptors) dies with it. Then
 * the port must be idle again, and the kernel must have said nothing bad.
 */
#ifndef PARBITER_E2E_LIB_H
#define PARBITER_E2E_LIB_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "../../../include/uapi/linux/parbiter.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define NSEC_PER_MSEC	1000000ULL
#define NSEC_PER_SEC	1000000000ULL

/* Seconds after which a condition that did not come true counts as a hang. */
#define HANG_LIMIT	60

/**
 * struct test - one case
 * @name: what it shows
 * @run: returns if it passed
 * @seconds: hang limit for the whole case, three times as much in full; 0: twice
 *	HANG_LIMIT
 */
struct test {
	const char *name;
	void (*run)(void);
	unsigned int seconds;
};

#define TEST(fn)		{ .name = #fn, .run = fn }
#define TEST_SLOW(fn, secs)	{ .name = #fn, .run = fn, .seconds = secs }

/**
 * struct setup - what a test program needs before its first case
 * @modules: modules to load, NULL-terminated; NULL: the usual ones
 * @no_port: there is no port to be idle after each case
 */
struct setup {
	const char * const *modules;
	bool no_port;
};

int run_tests(const struct test *tests, unsigned int n);
int run_tests_with(const struct setup *setup, const struct test *tests,
		   unsigned int n);

/* Ends the case, from any of its processes' main threads or any thread. */
void fail_at(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), noreturn));
void skip(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define fail(...)	fail_at(__FILE__, __LINE__, __VA_ARGS__)
#define check(cond)							\
	do {								\
		if (!(cond))						\
			fail("%s", #cond);				\
	} while (0)
#define check_eq(got, want)						\
	check_eq_at(__FILE__, __LINE__, #got, got, #want, want)
void check_eq_at(const char *file, int line, const char *got_text,
		 long long got, const char *want_text, long long want);

/* Comes true within HANG_LIMIT seconds, or the case fails. */
#define wait_for(cond)							\
	do {								\
		uint64_t until_ = now_ns() + HANG_LIMIT * NSEC_PER_SEC;	\
									\
		while (!(cond)) {					\
			if (now_ns() > until_)				\
				fail("never came true: %s", #cond);	\
			pause_briefly();				\
		}							\
	} while (0)
uint64_t now_ns(void);
void pause_briefly(void);

/* The kernel this runs on: a debug kernel takes smaller numbers. */
bool slow_kernel(void);
/* How often, of @full: all on a fast kernel, if the test was asked for by name */
unsigned int effort(unsigned int full);
bool rt_kernel(void);

/* A device by its path without the number, as soon as it is there */
int node_open(const char *prefix, unsigned int number, int flags);

/* parbiter: every call returns 0 or a negative error number. */
int port_open(unsigned int number);
int port_open_flags(unsigned int number, int flags);
int port_open_error(unsigned int number);
bool port_present(unsigned int number);
int port_request(int fd, unsigned long request, void *arg);
int port_allocate(int fd);
int port_allocate_timeout(int fd, uint64_t ns);
int port_try(int fd);
/* PARBITER_REQUEST for the port alone */
int port_ask(int fd, unsigned int flags, uint64_t deadline_ns);
int port_free(int fd);
int port_cancel(int fd);
int port_yield(int fd);
unsigned int port_waiters(int fd);
bool port_is_free(int fd);
struct parbiter_status port_status(int fd);
unsigned int port_position(int fd);	/* in the queue; 0: not queued */
struct parbiter_port_info port_info(int fd);
short port_poll(int fd);		/* revents at once, but POLLIN */
short port_poll_wait(int fd, short events);
void set_nonblock(int fd, bool on);
void wait_waiters(int fd, unsigned int n);
void wait_owner(int fd);		/* until POLLOUT */

/* /proc/self/fdinfo of @fd: the value of "key:"; "" if there is none */
const char *fdinfo(int fd, const char *key);

/* Children */
pid_t spawn(int (*run)(void *), void *arg);
int join(pid_t pid);			/* exit status, or 128 + signal */
/* A child that makes one request on the same client and exits with errno. */
pid_t spawn_request(int fd, unsigned long request, void *arg);
/* Until the child sleeps in ioctl(fd, @request, ...) */
void wait_asleep(pid_t pid, unsigned long request);
void wait_exited(pid_t pid);		/* a zombie, not reaped */
char task_state(pid_t pid);		/* 0: there is none */
void reap_all(void);
void handle(int sig, int flags);	/* by nothing; restart: SA_RESTART */
void *share(size_t size);		/* zeroed memory shared with children */
void pin_to_cpu(unsigned int cpu);
unsigned int cpus(void);

/* Modules: 0 or a negative error number. A path or a name. */
int load_module(const char *module, const char *params);
int unload_module(const char *name);
bool module_loaded(const char *name);
int module_refs(const char *name);
const char *module_path(const char *name);
void need_module(const char *name);

/* The kernel's log: a descriptor; does it say so since the last question? */
int log_open(void);
bool log_says(int log, const char *text);

/* Files */
int write_file(const char *path, const char *text);
bool read_file(const char *path, char *buf, size_t size);
long read_long(const char *path);

#endif /* PARBITER_E2E_LIB_H */
