// SPDX-License-Identifier: GPL-2.0
/* KTAP, checks, and the surroundings of each case */
#include "lib.h"
#include "libvport.h"

#include <poll.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define EXIT_SKIP	4

/* In memory that all processes of the case share */
static struct verdict {
	pid_t main;
	int failed;
	int skipped;
	char why[256];
} *verdict;

static int kmsg = -1;

static void say(const char *prefix, const char *fmt, va_list args)
{
	char line[1024];
	size_t len = (size_t)snprintf(line, sizeof(line), "%s", prefix);

	vsnprintf(line + len, sizeof(line) - len - 1, fmt, args);
	strcat(line, "\n");
	if (write(STDOUT_FILENO, line, strlen(line)) < 0)
		_exit(1);
}

static void emit(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("", fmt, args);
	va_end(args);
}

void note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("# ", fmt, args);
	va_end(args);
}

/* End this process, and the whole case if this is not its main process. */
static void end_case(void)
{
	if (verdict && getpid() != verdict->main)
		kill(verdict->main, SIGKILL);
	_exit(1);
}

void fail_at(const char *file, int line, const char *fmt, ...)
{
	char where[128];
	va_list args;

	snprintf(where, sizeof(where), "# %s:%d: ", file, line);
	va_start(args, fmt);
	say(where, fmt, args);
	va_end(args);
	if (verdict)
		verdict->failed = 1;
	end_case();
	abort();
}

void skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(verdict->why, sizeof(verdict->why), fmt, args);
	va_end(args);
	verdict->skipped = 1;
	_exit(EXIT_SKIP);
}

static const char *errno_name(long long value)
{
	static char number[2][64];
	static int turn;

	turn = !turn;
	if (value < 0 && value > -4096)
		snprintf(number[turn], sizeof(number[turn]), "%lld (%s)", value,
			 strerror((int)-value));
	else
		snprintf(number[turn], sizeof(number[turn]), "%lld", value);
	return number[turn];
}

void check_eq_at(const char *file, int line, const char *got_text,
		 long long got, const char *want_text, long long want)
{
	if (got != want)
		fail_at(file, line, "%s is %s, not %s = %s", got_text,
			errno_name(got), want_text, errno_name(want));
}

uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Sleep for a moment between two looks at a condition. */
void pause_briefly(void)
{
	struct timespec ts = { .tv_nsec = 1000000 };

	nanosleep(&ts, NULL);
}

bool slow_kernel(void)
{
	const char *kernel = getenv("KERNEL");

	return (kernel && strcmp(kernel, "kmsan") == 0) ||
	       access("/sys/kernel/debug/kcsan", F_OK) == 0 ||
	       access("/proc/lockdep", F_OK) == 0 ||
	       access("/proc/lockdep_stats", F_OK) == 0;
}

bool natives_may_wait(void)
{
	return access("/proc/lockdep", F_OK) != 0;
}

void skip_unless_natives_may_wait(void)
{
	if (!natives_may_wait())
		skip("lockdep reports the core's own claim, see lockup.c");
}

static bool in_full(void)
{
	const char *full = getenv("FULL");

	return full && *full;
}

unsigned int effort(unsigned int full)
{
	if (!in_full())
		full /= 10;
	if (slow_kernel())
		full /= 8;
	return full ? full : 1;
}

bool rt_kernel(void)
{
	return access("/sys/kernel/realtime", F_OK) == 0 &&
	       read_long("/sys/kernel/realtime") == 1;
}

int log_open(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/* Read the next line of the log; return false if there is none yet. */
static bool log_line(int log, char *line, size_t size)
{
	ssize_t len;

	do {
		len = read(log, line, size - 1);
	/* overwritten lines: continue with the oldest */
	} while (len < 0 && errno == EPIPE);
	if (len <= 0)
		return false;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

bool log_says(int log, const char *text)
{
	bool found = false;
	char line[2048];

	while (log_line(log, line, sizeof(line)))
		if (strstr(line, text))
			found = true;
	return found;
}

static bool is_complaint(const char *line)
{
	static const char * const words[] = {
		"BUG:", "WARNING:", "Oops", "INFO: task", "INFO: rcu",
		"possible circular", "inconsistent lock", "UBSAN:",
		"unable to handle", "general protection", "refcount_t:",
		"list_add corruption", "list_del corruption", "soft lockup",
		"bad unlock balance", "sleeping function called",
	};
	unsigned int i;

	/*
	 * The runner knows which data races are those of the core, and that the kernel
	 * warns if it has no memory for a trace event.
	 */
	if (strstr(line, "KCSAN: ") || strstr(line, " event_define_fields+0x"))
		return false;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

bool kernel_complains(void)
{
	bool found = false;
	char line[2048];

	while (log_line(kmsg, line, sizeof(line))) {
		if (is_complaint(line)) {
			note("the kernel said: %s", line);
			found = true;
		}
	}
	return found;
}

/*
 * Wait until the process has ended; return false if it does not within
 * HANG_LIMIT seconds.
 */
static bool reap(pid_t pid, int *status)
{
	uint64_t until = now_ns() + HANG_LIMIT * NSEC_PER_SEC;

	while (waitpid(pid, status, WNOHANG) == 0) {
		if (now_ns() > until)
			return false;
		pause_briefly();
	}
	return true;
}

void reap_all(void)
{
	int status;

	do {
		errno = 0;
		if (!reap(-1, &status)) {
			note("a killed process does not go away");
			verdict->failed = 1;
			return;
		}
	} while (errno != ECHILD);
}

/* Say what everybody waits for. A guest that sees no file of the host has no script. */
static void show_tasks(void)
{
	static const char script[] = "/host/guest-tasks";

	if (access(script, X_OK) == 0 && system(script))
		note("%s failed", script);
}

/* Return the wait status of the main process of the case, -1 if it hangs. */
static int wait_case(pid_t pid, unsigned int seconds)
{
	struct pollfd pfd = { .events = POLLIN };
	int status = 0;
	int ret;

	pfd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	do {
		ret = poll(&pfd, 1, (int)seconds * 1000);
	} while (ret < 0 && errno == EINTR);
	close(pfd.fd);
	if (ret == 0)
		show_tasks();
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	if (!reap(pid, &status)) {
		emit("Bail out! a killed case does not go away");
		exit(1);
	}
	return ret == 0 ? -1 : status;
}

/*
 * Wait until nothing is left after a case: no owner, no waiter, no native
 * driver. Return false if something stays.
 */
static bool port_is_idle(void)
{
	uint64_t until = now_ns() + HANG_LIMIT * NSEC_PER_SEC;
	int fd;

	if (!port_present(0))
		return true;
	fd = open("/dev/parbiter0", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		note("open /dev/parbiter0 afterwards: %s", strerror(errno));
		return false;
	}
	while (!port_is_free(fd) || port_waiters(fd)) {
		if (now_ns() > until) {
			struct parbiter_status st = port_status(fd);

			note("left behind: state %u owner '%s' pid %d waiters %u",
			     st.state, st.owner, st.owner_pid, st.waiters);
			close(fd);
			return false;
		}
		pause_briefly();
	}
	close(fd);
	return true;
}

static void case_main(const struct test *test)
{
	setpgid(0, 0);
	verdict->main = getpid();
	test->run();
	_exit(0);
}

static bool run_case(const struct test *test, bool no_port)
{
	unsigned int seconds = test->seconds ? test->seconds : 2 * HANG_LIMIT;
	int status;
	pid_t pid;

	/* In a full run things are done more often, which takes longer. */
	if (in_full())
		seconds *= 3;
	memset(verdict, 0, sizeof(*verdict));
	pid = fork();
	if (pid == 0)
		case_main(test);
	verdict->main = pid;
	setpgid(pid, pid);
	status = wait_case(pid, seconds);
	reap_all();
	if (status < 0)
		note("%s did not end in %u s", test->name, seconds);
	else if (WIFSIGNALED(status) && !verdict->failed)
		note("%s died of signal %d", test->name, WTERMSIG(status));
	if (kernel_complains())
		return false;
	if (!no_port && !port_is_idle())
		return false;
	if (verdict->skipped && !verdict->failed)
		return true;
	return status == 0 && !verdict->failed;
}

bool pc_port(void)
{
#ifdef __aarch64__
	return false;
#else
	return true;
#endif
}

static bool setup_modules(const struct setup *setup)
{
	static const char * const pc[] = {
		"parport_pc", "lp", "ppdev", "parbiter", NULL
	};
	static const char * const virtual[] = {
		"parport", "parbiter_vport", "parbiter", NULL
	};
	const char * const *usual = pc_port() ? pc : virtual;
	const char * const *name = setup && setup->modules ? setup->modules :
				   usual;
	int ret;

	/* The port's interrupt comes on processor 0, see libnative.h. */
	write_file("/proc/irq/default_smp_affinity", "1");
	for (; *name; name++) {
		if (module_loaded(*name))
			continue;
		ret = load_module(*name, "");
		if (ret) {
			emit("Bail out! cannot load %s: %s", *name,
			     strerror(-ret));
			return false;
		}
	}
	if (usual == virtual && !(setup && setup->modules)) {
		vport_plug("irq");
		vport_close();
	}
	return true;
}

int skip_tests(const char *why)
{
	emit("KTAP version 1\n1..0 # SKIP %s", why);
	return EXIT_SKIP;
}

int run_tests_with(const struct setup *setup, const struct test *tests,
		   unsigned int n)
{
	unsigned int failed = 0;
	unsigned int skipped = 0;
	unsigned int i;
	bool good;

	signal(SIGPIPE, SIG_IGN);
	verdict = share(sizeof(*verdict));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	emit("KTAP version 1\n1..%u", n);
	if (!setup_modules(setup))
		return 1;
	kmsg = log_open();
	for (i = 0; i < n; i++) {
		good = run_case(&tests[i], setup && setup->no_port);
		if (good && verdict->skipped)
			emit("ok %u - %s # SKIP %s", i + 1, tests[i].name,
			     verdict->why);
		else
			emit("%s %u - %s", good ? "ok" : "not ok", i + 1,
			     tests[i].name);
		failed += !good;
		skipped += good && verdict->skipped;
	}
	if (failed)
		return 1;
	return n && skipped == n ? EXIT_SKIP : 0;
}

int run_tests(const struct test *tests, unsigned int n)
{
	return run_tests_with(NULL, tests, n);
}
