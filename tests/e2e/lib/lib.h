/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that all end-to-end tests share: KTAP on standard output,
 * checks, child processes that wait for the port, and waiting for a condition
 * with a time limit.
 *
 * A test program passes a table of cases to run_tests(). Each case runs in a
 * process of its own. A failed check() ends this process, and whatever the case
 * has left behind (children, descriptors) ends with it. Then the port must be
 * idle again, and the kernel must not have complained.
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

/* A condition that has not come true after so many seconds counts as a hang. */
#define HANG_LIMIT	60

/**
 * struct test - one case
 * @name: name of the case: what it shows
 * @run: the case; it passes if this function returns
 * @seconds: time limit for the case, three times as long in a full run; 0 means
 *	twice HANG_LIMIT
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
 * @modules: modules to load, terminated by NULL; NULL: the usual modules
 * @no_port: do not check after each case that the port is idle
 */
struct setup {
	const char * const *modules;
	bool no_port;
};

int run_tests(const struct test *tests, unsigned int n);
int run_tests_with(const struct setup *setup, const struct test *tests,
		   unsigned int n);

/* Skip all cases; main() returns the value. */
int skip_tests(const char *why);

/* End the case as failed. Any thread of any process of the case may call it. */
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

/* Wait until the condition is true. The case fails after HANG_LIMIT seconds. */
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

/* Return whether detectors make the kernel slow, so that tests do less. */
bool slow_kernel(void);
/*
 * On a kernel with lockdep, no native driver may wait for a port: for one that has
 * waited, the core claims with cad_lock held and interrupts on. lockdep rightly reports
 * that (see lockup.c) if a port's interrupt comes at any time in the same boot.
 */
bool natives_may_wait(void);
void skip_unless_natives_may_wait(void);
/*
 * Return how often to do something that a full run on a fast kernel does @full
 * times: a tenth as often in a quick run, and an eighth of that on a slow kernel.
 */
unsigned int effort(unsigned int full);
bool rt_kernel(void);
/*
 * Return whether the machine has a PC's port, and the kernel lp and ppdev. If not, a
 * virtual port takes the place of that port.
 */
bool pc_port(void);

/* Open the device @prefix@number as soon as it is there. */
int node_open(const char *prefix, unsigned int number, int flags);

/*
 * The requests of parbiter. Each function with type int returns 0 or a negative
 * error number, or a descriptor.
 */
int port_open(unsigned int number);
int port_open_flags(unsigned int number, int flags);
int port_open_error(unsigned int number);
bool port_present(unsigned int number);
int port_request(int fd, unsigned long request, void *arg);
int port_allocate(int fd);
int port_allocate_timeout(int fd, uint64_t ns);
int port_try(int fd);
/* PARBITER_REQUEST without a device */
int port_ask(int fd, unsigned int flags, uint64_t deadline_ns);
/* the same, to select a device */
int port_ask_for(int fd, int device, unsigned int flags, uint64_t deadline_ns);
int port_select(int fd, int device, unsigned int flags);
int port_deselect(int fd, unsigned int flags);
int port_free(int fd);
int port_cancel(int fd);
int port_yield(int fd);
unsigned int port_waiters(int fd);
bool port_is_free(int fd);
struct parbiter_status port_status(int fd);
unsigned int port_position(int fd);	/* in the queue; 0: not queued */
struct parbiter_port_info port_info(int fd);
/* revents without waiting, of POLLOUT and POLLPRI */
short port_poll(int fd);
short port_poll_wait(int fd, short events);
void set_nonblock(int fd, bool on);
void wait_waiters(int fd, unsigned int n);
void wait_owner(int fd);		/* waits for POLLOUT */

/* Return the value of "@key:" in /proc/self/fdinfo/@fd; "" if there is none. */
const char *fdinfo(int fd, const char *key);

/* Child processes */
pid_t spawn(int (*run)(void *), void *arg);
/*
 * Start a child that asks for the port for an hour; returns once it sleeps. The child
 * and its parent share their descriptors: what one of them closes is closed for the
 * other one, too. The child exits with the error number.
 */
pid_t ask_sharing_files(int fd);
/* returns exit status, or 128 + signal */
int join(pid_t pid);
/*
 * Start a child that makes one request on the same client. It exits with the
 * error number.
 */
pid_t spawn_request(int fd, unsigned long request, void *arg);
/* Wait until the child sleeps in ioctl(fd, @request, ...). */
void wait_asleep(pid_t pid, unsigned long request);
void wait_exited(pid_t pid);		/* waits until it is a zombie */
char task_state(pid_t pid);		/* 0: no such task */
void reap_all(void);
/* Install a handler that does nothing. @flags: SA_RESTART or 0 */
void handle(int sig, int flags);
void *share(size_t size);		/* zeroed, shared with children */
void pin_to_cpu(unsigned int cpu);
int freeze_all_tasks(void);		/* and thaw them after a second */
int suspend_to_ram(unsigned int seconds);
unsigned int cpus(void);

/*
 * Modules, by path or by name. Each function with type int returns 0 or a
 * negative error number, or a count.
 */
int load_module(const char *module, const char *params);
int unload_module(const char *name);
bool module_loaded(const char *name);
int module_refs(const char *name);
const char *module_path(const char *name);
void need_module(const char *name);

/*
 * log_open() returns a descriptor of the kernel log. log_says() returns whether
 * the log contains @text since the last call of log_says().
 */
int log_open(void);
bool log_says(int log, const char *text);
/* Return whether the kernel has complained since the last call. */
bool kernel_complains(void);

/* Files */
int write_file(const char *path, const char *text);
bool read_file(const char *path, char *buf, size_t size);
long read_long(const char *path);

#endif /* PARBITER_E2E_LIB_H */
