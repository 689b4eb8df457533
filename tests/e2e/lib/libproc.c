// SPDX-License-Identifier: GPL-2.0
/* Child processes, files and modules */
#include "lib.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

pid_t spawn(int (*run)(void *), void *arg)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (pid == 0)
		_exit(run(arg));
	return pid;
}

pid_t ask_sharing_files(int fd)
{
	uint64_t hour = 3600 * NSEC_PER_SEC;
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);

	if (!pid)
		_exit(ioctl(fd, PARBITER_ALLOCATE_TIMEOUT, &hour) ? errno : 0);
	check(pid > 0);
	wait_asleep(pid, PARBITER_ALLOCATE_TIMEOUT);
	return pid;
}

int join(pid_t pid)
{
	int status;

	wait_exited(pid);
	check_eq(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

void wait_exited(pid_t pid)
{
	wait_for(task_state(pid) == 'Z' || task_state(pid) == 'X' ||
		 task_state(pid) == 0);
}

struct request {
	int fd;
	unsigned long request;
	void *arg;
};

static int request_child(void *arg)
{
	struct request *req = arg;

	return -port_request(req->fd, req->request, req->arg);
}

pid_t spawn_request(int fd, unsigned long request, void *arg)
{
	struct request req = { .fd = fd, .request = request, .arg = arg };

	return spawn(request_child, &req);
}

static void on_signal(int sig)
{
	(void)sig;
}

void handle(int sig, int flags)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = flags };

	check_eq(sigaction(sig, &sa, NULL), 0);
}

/* Return the state letter of a task, 0 if there is no such task. */
char task_state(pid_t pid)
{
	char path[64];
	char buf[512];
	char *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!read_file(path, buf, sizeof(buf)))
		return 0;
	end = strrchr(buf, ')');
	return end && end[1] ? end[2] : 0;
}

/* Return whether this is ioctl(), or restart_syscall(), which continues one. */
static bool is_ioctl(unsigned long nr)
{
	return nr == SYS_ioctl || nr == SYS_restart_syscall;
}

static bool is_asleep(pid_t pid, unsigned long request)
{
	unsigned long nr, fd, cmd;
	char path[64];
	char buf[256];

	if (task_state(pid) != 'S')
		return false;
	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	if (!read_file(path, buf, sizeof(buf)))
		return false;
	if (sscanf(buf, "%lu %lx %lx", &nr, &fd, &cmd) != 3)
		return false;
	return is_ioctl(nr) && (uint32_t)cmd == (uint32_t)request;
}

void wait_asleep(pid_t pid, unsigned long request)
{
	wait_for(is_asleep(pid, request));
}

void *share(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	return mem;
}

void pin_to_cpu(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check_eq(sched_setaffinity(0, sizeof(set), &set), 0);
}

/*
 * Suspend the machine in the test mode of the kernel that freezes all tasks and
 * thaws them after a delay. The delay is a busy loop in the kernel: the default of
 * five seconds takes so long in a busy emulator that the kernel reports a soft
 * lock-up.
 */
int freeze_all_tasks(void)
{
	int ret = write_file("/sys/power/pm_test", "freezer");

	if (!ret)
		ret = write_file("/sys/module/suspend/parameters/pm_test_delay",
				 "1");
	if (!ret)
		ret = write_file("/sys/power/state", "freeze");
	write_file("/sys/power/pm_test", "none");
	return ret;
}

/* Suspend to RAM (S3). The real-time clock wakes the machine up. */
int suspend_to_ram(unsigned int seconds)
{
	static const char alarm[] = "/sys/class/rtc/rtc0/wakealarm";
	char text[16];
	int ret;

	snprintf(text, sizeof(text), "+%u", seconds);
	ret = write_file(alarm, "0");
	if (!ret)
		ret = write_file(alarm, text);
	return ret ? ret : write_file("/sys/power/state", "mem");
}

unsigned int cpus(void)
{
	return (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

bool read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, buf, size - 1);
	close(fd);
	if (len < 0)
		return false;
	buf[len] = '\0';
	return true;
}

long read_long(const char *path)
{
	char buf[64];

	if (!read_file(path, buf, sizeof(buf)))
		fail("cannot read %s", path);
	return strtol(buf, NULL, 0);
}

/* Return the path of the module; NULL: modprobe finds it. */
const char *module_path(const char *name)
{
	static const struct {
		const char *name;
		const char *env;
	} files[] = {
		{ "parbiter", "PARBITER_KO" },
		{ "parbiter_kclient", "KCLIENT_KO" },
		{ "parbiter_vport", "VPORT_KO" },
		{ "parbiter_wdk", "WDK_KO" },
		{ "parbiter_unmasked", "PARBITER_UNMASKED_KO" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (strcmp(name, files[i].name) == 0)
			return getenv(files[i].env);
	return NULL;
}

static int modprobe(const char *name, const char *params)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execlp("modprobe", "modprobe", name,
		       params && *params ? params : NULL, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return status == 0 ? 0 : -ENOENT;
}

int load_module(const char *module, const char *params)
{
	const char *path = strchr(module, '/') ? module : module_path(module);
	int ret = 0;
	int fd;

	if (!path)
		return modprobe(module, params);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, params ? params : "", 0) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int unload_module(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

bool module_loaded(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	return access(path, F_OK) == 0;
}

int module_refs(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
	return (int)read_long(path);
}

/*
 * Load a module that some kernels or some runs do not have; skip the case
 * there.
 */
void need_module(const char *name)
{
	int ret;

	if (module_loaded(name))
		return;
	ret = load_module(name, "");
	if (ret == -ENOENT)
		skip("no module %s here", name);
	check_eq(ret, 0);
}
