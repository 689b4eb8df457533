// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel clients use the exported symbols, and the Windows callbacks by ported
 * source, beside clients in user space.
 *
 * vm: ports=one kernels=stock,debug,kcsan,kmsan,rt,stock-7.2 timeout=120
 */
#include "libkclient.h"

#include <dirent.h>

/*
 * Call what is allowed in each context but NMI, by the native name and by the
 * Windows name.
 */
static void try_free_query_from(const char *context)
{
	static const char * const faces[][3] = {
		{ "try", "free", "query" }, { "wtry", "wfree", "wquery" },
	};
	int kc = kclient_open(0);
	int fd = port_open_flags(0, O_NONBLOCK);
	char cmd[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faces); i++) {
		snprintf(cmd, sizeof(cmd), "%s%s", context, faces[i][0]);
		/*
		 * Where the core may not be entered, TryAllocate succeeds only
		 * if parbiter has kept the core claim.
		 */
		if (rt_kernel() && *context)
			check_eq(kclient(kc, faces[i][0]), 0);
		else
			check_eq(kclient(kc, cmd), 0);
		check_eq(kclient(kc, cmd), -EBUSY);
		check_eq(kclient_ask(kc, "isowner"), 1);
		check_eq(port_try(fd), -EBUSY);
		check_eq(port_allocate(fd), -EINPROGRESS);
		snprintf(cmd, sizeof(cmd), "%s%s", context, faces[i][2]);
		check_eq(kclient_ask(kc, cmd), 1);
		snprintf(cmd, sizeof(cmd), "%s%s", context, faces[i][1]);
		check_eq(kclient(kc, cmd), 0);
		wait_owner(fd);
		check_eq(kclient_ask(kc, "isowner"), 0);
		check_eq(port_free(fd), 0);
		wait_for(port_is_free(fd));
	}
}

static void from_task(void)
{
	try_free_query_from("");
}

static void with_interrupts_off(void)
{
	try_free_query_from("off ");
}

static void from_hard_interrupt(void)
{
	try_free_query_from("hard ");
}

static void info_of_the_real_port(void)
{
	int kc = kclient_open(0);
	int fd = port_open(0);
	struct parbiter_port_info info = port_info(fd);
	unsigned long long original;
	unsigned long controller;
	unsigned int span;

	check_eq(sscanf(kclient_text(kc, "info"),
			"original %llx controller %lx span %u", &original,
			&controller, &span), 3);
	check_eq(original, info.base);
	check_eq(controller, info.base);
	check_eq(span, info.span);
}

/*
 * FreePort by a client that does not own the port is refused and counted, and
 * the owner keeps the port.
 */
static void foreign_free_by_callback(void)
{
	struct parbiter_status before, after;
	int owner = port_open(0);
	int kc = kclient_open(0);

	before = port_status(owner);
	check_eq(kclient(kc, "wfree"), 0);
	check_eq(port_allocate(owner), 0);
	check_eq(kclient(kc, "wfree"), 0);
	check_eq(kclient(kc, "hard wfree"), 0);
	check_eq(kclient(kc, "free"), -EPERM);
	check_eq(port_poll(owner), POLLOUT);
	after = port_status(owner);
	check_eq(after.refused_frees - before.refused_frees, 4);
	check_eq(after.frees, before.frees);
	check_eq(port_free(owner), 0);
}

/*
 * As Windows drivers do it: the owner frees the port when it sees that somebody
 * waits.
 */
static void polite_holder(void)
{
	int kc = kclient_open(0);
	int fd = port_open_flags(0, O_NONBLOCK);

	check_eq(kclient(kc, "wtry"), 0);
	check_eq(kclient(kc, "wpolite"), 0);
	check_eq(kclient_ask(kc, "isowner"), 1);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(kclient(kc, "wpolite"), 0);
	wait_owner(fd);
	check_eq(port_free(fd), 0);
}

static int kclient_open_in(const char *donein)
{
	int kc = kclient_new();

	check_eq(kclient(kc, donein), 0);
	check_eq(kclient(kc, "open 0"), 0);
	return kc;
}

static void asynchronous(const char *donein)
{
	int fd = port_open(0);
	int kc = kclient_open_in(donein);

	check_eq(kclient(kc, "async"), 0);
	kclient_wait_result(kc, 0);
	check_eq(kclient(kc, "async"), -EDEADLK);
	check_eq(kclient(kc, "free"), 0);

	check_eq(port_allocate(fd), 0);
	check_eq(kclient(kc, "async"), 0);
	check_eq(kclient_ask(kc, "result"), -EINPROGRESS);
	check_eq(kclient(kc, "try"), -EBUSY);
	check_eq(kclient(kc, "allocate"), -EALREADY);
	check_eq(kclient(kc, "cancel"), 0);
	kclient_wait_result(kc, -ECANCELED);
	check_eq(kclient(kc, "cancel"), -ENOENT);

	check_eq(kclient(kc, "ondone free"), 0);
	check_eq(kclient(kc, "async"), 0);
	check_eq(port_free(fd), 0);
	kclient_wait_result(kc, 0);
	check_eq(kclient_ask(kc, "isowner"), 0);
	wait_for(port_is_free(fd));

	check_eq(port_allocate(fd), 0);
	check_eq(kclient(kc, "async"), 0);
	check_eq(kclient(kc, "close"), 0);
	check_eq(kclient_ask(kc, "result"), -ECANCELED);
	check_eq(port_free(fd), 0);
}

static void asynchronous_in_a_worker(void)
{
	asynchronous("donein worker");
}

static void asynchronous_in_an_irq_work(void)
{
	asynchronous("donein irq");
}

/*
 * A hundred clients free the port from inside their grant callbacks, one after
 * the other.
 */
static void free_from_the_callback(const char *donein)
{
	enum { CLIENTS = 100 };
	int fd = port_open(0);
	int c[CLIENTS];
	int i;

	check_eq(port_allocate(fd), 0);
	for (i = 0; i < CLIENTS; i++) {
		c[i] = kclient_open_in(donein);
		check_eq(kclient(c[i], "ondone free"), 0);
		check_eq(kclient(c[i], "async"), 0);
	}
	check_eq(port_waiters(fd), CLIENTS);
	check_eq(port_free(fd), 0);
	for (i = 0; i < CLIENTS; i++)
		kclient_wait_result(c[i], 0);
	wait_for(port_is_free(fd));
}

static void free_from_the_callback_in_a_worker(void)
{
	free_from_the_callback("donein worker");
}

static void free_from_the_callback_in_an_irq_work(void)
{
	free_from_the_callback("donein irq");
}

/* The owner frees in a hard interrupt; the callback frees, too. */
static void free_in_an_interrupt_calls_back_in_an_irq_work(void)
{
	int owner = kclient_open(0), next = kclient_open_in("donein irq");
	int fd = port_open(0);

	check_eq(kclient(next, "ondone free"), 0);
	check_eq(kclient(owner, "allocate"), 0);
	check_eq(kclient(next, "async"), 0);
	check_eq(kclient(owner, "hard free"), 0);
	kclient_wait_result(next, 0);
	wait_for(port_is_free(fd));
}

/*
 * Return whether the work queue @queue has a rescuer thread. Newer kernels
 * shorten the name of the thread.
 */
static bool rescuer_exists(const char *queue)
{
	bool found = false;
	char path[300];
	char comm[64];
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	check(dir);
	while (!found && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		if (!read_file(path, comm, sizeof(comm)))
			continue;
		comm[strcspn(comm, "\n")] = '\0';
		found = strcmp(comm, queue) == 0 ||
			strncmp(comm, "kworker/R-parb", 14) == 0;
	}
	closedir(dir);
	return found;
}

/*
 * The work queue has a rescuer thread: if callbacks free memory, they do not
 * have to wait until there is memory for a new worker thread.
 */
static void work_queue_has_a_rescuer(void)
{
	check(rescuer_exists("parbiter"));
	check(rescuer_exists("parbiter_port"));
}

static int command_child(void *arg)
{
	const char *command = strchr(arg, ' ') + 1;

	return -kclient(atoi(arg), command);
}

/* Start a process that writes one command to the kernel client @kc. */
static pid_t spawn_command(int kc, const char *command)
{
	char text[64];

	snprintf(text, sizeof(text), "%d %s", kc, command);
	return spawn(command_child, text);
}

static void sleeping_forms(void)
{
	static const char * const forms[] = {
		"allocate", "killable", "timeout 18446744073709551615",
		"timeout 3600000000000",
	};
	int fd = port_open(0);
	int kc = kclient_open(0);
	unsigned int i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		check_eq(port_allocate(fd), 0);
		pid = spawn_command(kc, forms[i]);
		wait_waiters(fd, 1);
		check_eq(kclient(kc, "hard cancel"), 0);
		check_eq(join(pid), ECANCELED);
		pid = spawn_command(kc, forms[i]);
		wait_waiters(fd, 1);
		check_eq(port_free(fd), 0);
		check_eq(join(pid), 0);
		check_eq(kclient(kc, forms[i]), -EDEADLK);
		check_eq(kclient(kc, "free"), 0);
	}
	check_eq(port_allocate(fd), 0);
	check_eq(kclient(kc, "timeout 0"), -ETIMEDOUT);
	check_eq(kclient(kc, "timeout 1000000"), -ETIMEDOUT);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
}

static void killed_while_killable(void)
{
	int fd = port_open(0);
	int kc = kclient_open(0);
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	pid = spawn_command(kc, "killable");
	wait_waiters(fd, 1);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
	check_eq(kclient_ask(kc, "isowner"), 0);
}

static void yielding(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	int kc = kclient_open(0);
	pid_t pid;

	check_eq(kclient(kc, "yield"), -EPERM);
	check_eq(kclient(kc, "allocate"), 0);
	check_eq(kclient(kc, "yield"), 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	pid = spawn_command(kc, "yield");
	wait_owner(fd);
	wait_waiters(fd, 1);
	check_eq(port_free(fd), 0);
	check_eq(join(pid), 0);
	check_eq(kclient(kc, "free"), 0);
}

/* The callback "contended" of the owner is called when a request is queued. */
static void contended_is_told(void)
{
	int kc = kclient_open(0);
	int fd = port_open_flags(0, O_NONBLOCK);

	check_eq(kclient(kc, "try"), 0);
	check_eq(kclient_ask(kc, "contended"), 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	wait_for(kclient_ask(kc, "contended") > 0);
	check_eq(kclient(kc, "free"), 0);
	check_eq(port_free(fd), 0);
}

static void status_of_a_kernel_client(void)
{
	struct parbiter_status st;
	int kc = kclient_open(0);
	int fd = port_open(0);

	check_eq(kclient(kc, "allocate"), 0);
	st = port_status(fd);
	check_eq(st.state, PARBITER_STATE_OWNED);
	check_eq(st.owner_pid, 0);
	check_eq(strcmp(st.owner, "kclient"), 0);
	check_eq(kclient(kc, "close"), 0);
	check(port_is_free(fd));
}

static void open_and_close(void)
{
	int kc = kclient_new();
	int fd = port_open(0);
	int other;

	check_eq(kclient(kc, "open 77"), -ENODEV);
	check_eq(kclient(kc, "openport 0"), 0);
	check_eq(kclient(kc, "allocate"), 0);
	other = kclient_open(0);
	check_eq(kclient(other, "async"), 0);
	check_eq(kclient(other, "close"), 0);
	check_eq(kclient_ask(other, "result"), -ECANCELED);
	check_eq(port_waiters(fd), 0);
	check_eq(kclient(kc, "close"), 0);
	check(port_is_free(fd));
}

int main(void)
{
	static const struct test tests[] = {
		TEST(from_task),
		TEST(with_interrupts_off),
		TEST(from_hard_interrupt),
		TEST(info_of_the_real_port),
		TEST(foreign_free_by_callback),
		TEST(polite_holder),
		TEST(asynchronous_in_a_worker),
		TEST(asynchronous_in_an_irq_work),
		TEST(free_from_the_callback_in_a_worker),
		TEST(free_from_the_callback_in_an_irq_work),
		TEST(free_in_an_interrupt_calls_back_in_an_irq_work),
		TEST(work_queue_has_a_rescuer),
		TEST(sleeping_forms),
		TEST(killed_while_killable),
		TEST(yielding),
		TEST(contended_is_told),
		TEST(status_of_a_kernel_client),
		TEST(open_and_close),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
