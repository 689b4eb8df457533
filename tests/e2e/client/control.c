// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel clients send requests under their Windows names, beside clients in user
 * space: allocation, chip modes and interrupts.
 *
 * vm: ports=none kernels=stock,debug,rt,stock-7.2 timeout=180
 */
#include "libkclient.h"
#include "libvport.h"

/* Control codes, and statuses as signed numbers */
#define ALLOCATE	"ioctl 16002c"
#define FREE		"ioctl 1600a0"
#define SET_MODE	"ioctl 16004c "
#define CLEAR_MODE	"ioctl 160050 "
#define SUCCESS		"0x0 0"
#define PENDING		"0x103 0"
#define UNSUCCESSFUL	"0xc0000001 0"
#define DELETE_PENDING	"0xc0000056 0"
#define NOT_SUPPORTED	"0xc00000bb 0"
/* 0xc0000120 */
#define CANCELLED	(-1073741536L)

/* The ECR of a new virtual port, and in ECP mode */
#define ECR_AT_REST	0x34
#define ECR_ECP		0x74

static void check_answer(int kc, const char *command, const char *answer)
{
	const char *text = kclient_text(kc, command);

	if (strcmp(text, answer))
		fail("%s: %s, not %s", command, text, answer);
}

/* Sequence A of Documentation/windows.rst; C2 and C4 are programs */
static void requests_and_programs_are_one_queue(void)
{
	unsigned int number = vport_plug("polled");
	int c1 = kclient_open(number), c3 = kclient_open(number);
	int c2 = port_open_flags(number, O_NONBLOCK);
	int c4 = port_open_flags(number, O_NONBLOCK);
	struct parbiter_status before = port_status(c2), after;

	check_answer(c1, ALLOCATE, SUCCESS);
	check_eq(port_try(c2), -EBUSY);
	check_eq(port_allocate(c2), -EINPROGRESS);
	check_answer(c3, ALLOCATE, PENDING);
	check_eq(kclient_ask(c1, "wquery"), 2);
	check_eq(port_try(c4), -EBUSY);
	check_eq(port_cancel(c2), 0);
	check_eq(kclient_ask(c1, "wquery"), 1);
	check_answer(c1, FREE, SUCCESS);
	wait_for(kclient_ask(c3, "iostatus") == 0);
	check_eq(kclient_ask(c3, "isowner"), 1);
	check_eq(port_is_free(c2), 0);
	/* Allocated by request, freed by callback */
	check_eq(kclient(c3, "wfree"), 0);
	check_eq(port_is_free(c2), 1);
	after = port_status(c2);
	check_eq(after.allocates - before.allocates, 2);
	check_eq(after.frees - before.frees, 2);
	check_eq(after.cancels - before.cancels, 1);
	close(c1);
	close(c2);
	close(c3);
	close(c4);
	vport_unplug(number);
}

static void a_request_is_cancelled_behind_a_program(void)
{
	unsigned int number = vport_plug("polled");
	int owner = port_open(number), kc = kclient_open(number);

	check_eq(port_allocate(owner), 0);
	check_answer(kc, ALLOCATE, PENDING);
	check_eq(kclient_ask(kc, "iocancel"), 1);
	wait_for(kclient_ask(kc, "iostatus") == CANCELLED);
	check_eq(kclient_ask(kc, "iocancel"), 0);
	/* It takes the cancelled request for granted, and frees. */
	check_answer(kc, FREE, SUCCESS);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_status(owner).refused_frees, 1);
	/* It waits again. */
	check_answer(kc, ALLOCATE, PENDING);
	check_eq(port_free(owner), 0);
	wait_for(kclient_ask(kc, "iostatus") == 0);
	close(owner);
	close(kc);
	vport_unplug(number);
}

/* Sequence D of Documentation/windows.rst */
static void unplug_cancels_requests(void)
{
	unsigned int number = vport_plug("polled");
	int owner = port_open(number);
	int kc[3];
	unsigned int i;

	check_eq(port_allocate(owner), 0);
	for (i = 0; i < 3; i++) {
		kc[i] = kclient_open(number);
		check_answer(kc[i], ALLOCATE, PENDING);
	}
	vport_unplug(number);
	for (i = 0; i < 3; i++) {
		wait_for(kclient_ask(kc[i], "iostatus") == CANCELLED);
		check_answer(kc[i], ALLOCATE, DELETE_PENDING);
		close(kc[i]);
	}
	close(owner);
	vport_check_gone(number);
}

/* The next owner, in the queue or later, finds the ECR as it was. */
static void a_chip_mode_ends_with_the_owner(void)
{
	unsigned int number = vport_plug("ecp");
	int kc = kclient_open(number);
	int fd = port_open_flags(number, O_NONBLOCK);

	check_answer(kc, SET_MODE "60", "0xc0000184 0");
	check_answer(kc, ALLOCATE, SUCCESS);
	check_answer(kc, CLEAR_MODE "0", UNSUCCESSFUL);
	check_answer(kc, SET_MODE "74", SUCCESS);
	check_eq(vport_register(number, "ecr"), ECR_ECP);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_answer(kc, FREE, SUCCESS);
	wait_owner(fd);
	check_eq(vport_register(number, "ecr"), ECR_AT_REST);
	check_eq(port_free(fd), 0);
	/* Closed as owner */
	check_answer(kc, ALLOCATE, SUCCESS);
	check_answer(kc, SET_MODE "60", SUCCESS);
	check_eq(vport_register(number, "ecr"), ECR_ECP);
	close(kc);
	check_eq(vport_register(number, "ecr"), ECR_AT_REST);
	close(fd);
	vport_unplug(number);
}

/* In the trace, the ECR is brought back before the native driver gets the port. */
static void a_native_driver_finds_no_chip_mode(void)
{
	unsigned int number = vport_plug("ecp");
	int kc = kclient_open(number);
	char command[32];
	char *text, *last;
	size_t len;

	vport("nadd %u n0", number);
	check_answer(kc, ALLOCATE, SUCCESS);
	check_answer(kc, SET_MODE "60", SUCCESS);
	vport("reset %u", number);
	check_answer(kc, FREE, SUCCESS);
	vport("nclaim %u n0", number);
	snprintf(command, sizeof(command), "trace %u", number);
	text = vport_ask(command, &len);
	last = strstr(text, "W ecr 34 ");
	check(last);
	check(!strstr(text, "W ecr 74 "));
	/* After the handover the core saves and restores the registers. */
	check(strstr(last, "S "));
	free(text);
	check_eq(vport_register(number, "ecr"), ECR_AT_REST);
	vport("nrelease %u n0", number);
	vport("nremove %u n0", number);
	close(kc);
	vport_unplug(number);
}

static void interrupts_are_refused_by_default(void)
{
	unsigned int number = vport_plug("irq");
	int kc = kclient_open(number);

	check_answer(kc, "connect", UNSUCCESSFUL);
	check_answer(kc, "disconnect", "0xc000000d 0");
	close(kc);
	vport_unplug(number);
}

static bool parameter_is_set(void)
{
	char text[4] = "";
	int fd = open("/sys/module/parbiter/parameters/connect_interrupt",
		      O_RDONLY | O_CLOEXEC);

	check(fd >= 0);
	check(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return text[0] == 'Y';
}

static void reload(const char *parameters)
{
	unload_module("parbiter_kclient");
	unload_module("parbiter");
	check_eq(load_module("parbiter", parameters), 0);
}

static void a_service_routine_gets_interrupts(void)
{
	unsigned int number;
	int kc, fd;

	reload("connect_interrupt=1");
	check(parameter_is_set());
	number = vport_plug("irq");
	kc = kclient_open(number);
	check_answer(kc, "connect", "0x0 32");
	/* Before anybody has asked for the port */
	check_eq(atoi(vport("irq %u", number)), 1);
	wait_for(kclient_ask(kc, "interrupts") == 1);
	check_answer(kc, ALLOCATE, SUCCESS);
	check_eq(atoi(vport("irq %u", number)), 1);
	wait_for(kclient_ask(kc, "interrupts") == 2);
	/* Of the claim, whichever client owns */
	fd = port_open(number);
	check_answer(kc, FREE, SUCCESS);
	wait_for(kclient_ask(kc, "checks") == 1);
	check_eq(port_allocate(fd), 0);
	check_eq(atoi(vport("irq %u", number)), 1);
	wait_for(kclient_ask(kc, "interrupts") == 3);
	check_answer(kc, "disconnect", SUCCESS);
	check_eq(atoi(vport("irq %u", number)), 1);
	check_eq(port_free(fd), 0);
	check_eq(kclient_ask(kc, "interrupts"), 3);
	check_eq(kclient_ask(kc, "checks"), 1);
	close(fd);
	/* Unplugged while connected */
	check_answer(kc, "connect", "0x0 32");
	check_answer(kc, ALLOCATE, SUCCESS);
	vport_unplug(number);
	check_answer(kc, "disconnect", DELETE_PENDING);
	close(kc);
	vport_check_gone(number);

	number = vport_plug("polled");
	kc = kclient_open(number);
	check_answer(kc, "connect", NOT_SUPPORTED);
	close(kc);
	vport_unplug(number);
	reload("");
	check(!parameter_is_set());
}

int main(void)
{
	static const struct test tests[] = {
		TEST(requests_and_programs_are_one_queue),
		TEST(a_request_is_cancelled_behind_a_program),
		TEST(unplug_cancels_requests),
		TEST(a_chip_mode_ends_with_the_owner),
		TEST(a_native_driver_finds_no_chip_mode),
		TEST(interrupts_are_refused_by_default),
		TEST(a_service_routine_gets_interrupts),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
