// SPDX-License-Identifier: GPL-2.0
/*
 * A file, in moments that a program in user space cannot choose: which thread
 * holds which lock, and when a time is over.
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kmsg_dump.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "file/file.h"
#include "file/node.h"
#include "file/select.h"
#include "lib/port_fixture.h"

/* Open the port's device node, as misc_open() does. */
static struct file *file_open(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct pb_node *node = pf->port->device_node;
	struct file *filp = kunit_kzalloc(test, sizeof(*filp), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, filp);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, node);
	filp->f_op = &pb_file_fops;
	filp->private_data = &node->misc;
	KUNIT_ASSERT_EQ(test, pb_file_fops.open(NULL, filp), 0);
	return filp;
}

static void file_close(struct kunit *test, struct file *filp)
{
	KUNIT_EXPECT_EQ(test, pb_file_fops.release(NULL, filp), 0);
}

static size_t file_count_clients(struct port_fixture *pf)
{
	size_t count;

	mutex_lock(&pf->port->lock);
	count = list_count_nodes(&pf->port->clients);
	mutex_unlock(&pf->port->lock);
	return count;
}

/* Make a request without an argument, or one that fails before it is used. */
static long file_request(struct file *filp, unsigned int cmd)
{
	return pb_file_fops.unlocked_ioctl(filp, cmd, 0);
}

static void file_own(struct kunit *test, struct file *filp)
{
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_TRY_ALLOCATE), 0L);
}

/* Give the port up in nibble mode; the file owns it. */
static void file_free_in_mode(struct kunit *test, struct file *filp)
{
	struct port_fixture *pf = test->priv;
	struct pb_file *file = filp->private_data;

	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), 0);
	pf->parport->ieee1284.mode = IEEE1284_MODE_NIBBLE;
	pf->parport->ieee1284.phase = IEEE1284_PH_REV_IDLE;
	pb_io_leave(&file->io);
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_FREE), 0L);
	KUNIT_EXPECT_EQ(test, file->io.mode, (int)IEEE1284_MODE_NIBBLE);
}

static void file_leave_mode(struct kunit *test, struct file *filp)
{
	file_own(test, filp);
	file_free_in_mode(test, filp);
}

/* Return how often the lines were moved, as the end of a mode does. */
static u64 file_moves(struct port_fixture *pf)
{
	struct vport_counters sum;

	parbiter_vport_counters(pf->vport, &sum);
	return sum.ops[VPORT_FROB_CONTROL];
}

/**
 * struct requester - a thread that makes one request
 * @filp: the file
 * @cmd: the request
 */
struct requester {
	struct file *filp;
	unsigned int cmd;
};

static int make_request(void *data)
{
	struct requester *requester = data;

	return (int)file_request(requester->filp, requester->cmd);
}

/*
 * Another thread uses the port. It may do so for long, so a task that is killed
 * must not wait for it.
 */
static void a_killed_task_does_not_wait_for_another_thread(struct kunit *test)
{
	/* The first one needs ownership, and the second one does not. */
	static const unsigned int requests[] = { PPRSTATUS, PPGETMODE };
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;
	struct requester requester = { .filp = filp };
	struct actor actor;
	unsigned int i;

	file_own(test, filp);
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		requester.cmd = requests[i];
		KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), 0);
		actor_start(test, &actor, make_request, &requester,
			    ACTOR_ANY_CPU);
		KUNIT_EXPECT_EQ(test, actor_kill(test, &actor), -EINTR);
		pb_io_leave(&file->io);
		KUNIT_EXPECT_TRUE(test, arbiter_is_owner(&file->client.arb));
	}
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_FREE), 0L);
	file_close(test, filp);
}

/*
 * A thread frees the port, but waits for another one that uses it. Nobody else
 * owns yet, so an access to a register is still possible. What may take long is
 * not, because the thread would have to wait for it.
 */
static void a_free_under_way_lets_nothing_long_begin(struct kunit *test)
{
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;

	file_own(test, filp);
	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_resign(&file->client.arb));
	pb_io_leave(&file->io);

	KUNIT_EXPECT_EQ(test, pb_io_enter_long(&file->io), -EINVAL);
	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), 0);
	pb_io_leave(&file->io);

	KUNIT_EXPECT_EQ(test, pb_io_free_slow(&file->io), 0);
	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), -EINVAL);
	file_close(test, filp);
}

static int sleep_for_device(void *data)
{
	struct pb_file *file = data;

	return arbiter_wait_tagged(&file->client.arb, TASK_KILLABLE, KTIME_MAX,
				   pb_select_tag(1));
}

static int free_port(void *data)
{
	struct pb_file *file = data;

	return pb_io_free(&file->io);
}

/*
 * A thread frees the port before the device that was asked for is selected, and
 * waits for a thread that has the file's lock. Meanwhile a third thread sleeps for
 * another device. It must not get the device of the grant that has ended.
 */
static void a_free_forgets_a_device_while_another_thread_sleeps(struct kunit *test)
{
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;
	struct arbiter_client *client = &file->client.arb;
	struct actor freer, sleeper;

	KUNIT_EXPECT_EQ(test, pb_io_enqueue(&file->io, 0), 0);
	KUNIT_EXPECT_EQ(test, file->io.wish, 0);
	mutex_lock(&file->io.lock);
	actor_start(test, &freer, free_port, file, ACTOR_ANY_CPU);
	fixture_wait_for(test, !arbiter_is_owner(client));
	actor_start(test, &sleeper, sleep_for_device, file, ACTOR_ANY_CPU);
	fixture_wait_for(test, arbiter_position(client) == 1);
	mutex_unlock(&file->io.lock);
	KUNIT_EXPECT_EQ(test, actor_join(test, &freer), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &sleeper), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_is_owner(client));
	KUNIT_EXPECT_EQ(test, file->io.wish, PARBITER_DEVICE_NONE);
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_FREE), 0L);
	file_close(test, filp);
}

static int enqueue_for_device(void *data)
{
	struct pb_file *file = data;

	return pb_io_enqueue(&file->io, 1);
}

/* The other way round, a request that was queued meanwhile keeps its device. */
static void a_free_keeps_the_device_of_a_request_that_is_queued(struct kunit *test)
{
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;
	struct actor queuer;

	KUNIT_EXPECT_EQ(test, pb_io_enqueue(&file->io, 0), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_resign(&file->client.arb));
	actor_start(test, &queuer, enqueue_for_device, file, ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, actor_join(test, &queuer), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, pb_io_free_slow(&file->io), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_is_owner(&file->client.arb));
	KUNIT_EXPECT_EQ(test, file->io.wish, 1);
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_FREE), 0L);
	KUNIT_EXPECT_EQ(test, file->io.wish, PARBITER_DEVICE_NONE);
	file_close(test, filp);
}

/*
 * A removal lets nothing long begin, either: it waits for all threads that use the
 * port.
 */
static void a_removal_under_way_lets_nothing_long_begin(struct kunit *test)
{
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;
	struct arbiter *arb = file->client.arb.arb;

	file_own(test, filp);
	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), 0);
	pb_io_leave(&file->io);
	arbiter_stop(arb);

	KUNIT_EXPECT_EQ(test, pb_io_enter_long(&file->io), -ENODEV);
	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), 0);
	pb_io_leave(&file->io);

	pb_io_drain(&file->io);
	KUNIT_EXPECT_EQ(test, pb_io_enter(&file->io), -ENODEV);
	file_close(test, filp);
}

/* Several processes may share a file. The one that became owner is shown. */
static void another_process_that_asks_is_not_the_owner(struct kunit *test)
{
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;
	struct requester requester = { .filp = filp, .cmd = PARBITER_ALLOCATE };
	struct pid *owner = file->client.pid;
	struct actor actor;

	file_own(test, filp);
	actor_start(test, &actor, make_request, &requester, ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, actor_join(test, &actor), -EDEADLK);
	KUNIT_EXPECT_PTR_EQ(test, file->client.pid, owner);
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_FREE), 0L);

	/* Now the other process is the one that asks. */
	actor_start(test, &actor, make_request, &requester, ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, actor_join(test, &actor), 0);
	KUNIT_EXPECT_TRUE(test, file->client.pid != owner);
	KUNIT_EXPECT_EQ(test, file_request(filp, PARBITER_FREE), 0L);
	file_close(test, filp);
}

/* Return whether the kernel log has a line that contains @text. */
static bool file_log_says(const char *text)
{
	struct kmsg_dump_iter iter = { 0 };
	static char line[512];
	size_t len;

	kmsg_dump_rewind(&iter);
	while (kmsg_dump_get_line(&iter, false, line, sizeof(line), &len))
		if (strnstr(line, text, len))
			return true;
	return false;
}

/*
 * The owner keeps the port for ever. Once its time is over, the file that was
 * closed leaves the queue, and does not use the port. The log says which program
 * has left a mode, and who has kept the port.
 */
static void a_closed_file_does_not_wait_for_ever(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct file *filp = file_open(test);
	struct pb_file *file = filp->private_data;
	unsigned int devices = port_devices(pf->parport);
	char text[128];
	u64 accesses;

	snprintf(text, sizeof(text),
		 "%s: %s closed it in IEEE 1284 mode 0x0, and %s did not free",
		 pf->port->name, current->comm, "kunit");
	file_leave_mode(test, filp);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	accesses = port_accesses(pf);
	file_close(test, filp);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&pf->port->arb), 1U);
	/* The file is freed once the timer has run. */
	mod_timer(&file->closing.expiry, jiffies);
	fixture_wait_for(test, !arbiter_waiters(&pf->port->arb));
	fixture_wait_for(test, file_count_clients(pf) == 1);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, port_accesses(pf), accesses);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), devices);
	KUNIT_EXPECT_TRUE_MSG(test, file_log_says(text), "the log lacks: %s", text);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

/*
 * A kernel thread may have many files to close. So the close itself does not use
 * the port, although the port is free; a work item ends the mode.
 */
static void a_kernel_thread_leaves_the_mode_to_the_work_item(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct file *filp = file_open(test);
	u64 accesses;

	file_leave_mode(test, filp);
	accesses = port_accesses(pf);
	file_close(test, filp);
	fixture_wait_for(test, file_count_clients(pf) == 1);
	KUNIT_EXPECT_GT(test, port_accesses(pf), accesses);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, (int)pf->parport->ieee1284.mode,
			(int)IEEE1284_MODE_COMPAT);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

/* An owner need not wait for the port: its close ends the mode. */
static void an_owner_ends_the_mode_in_its_close(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct file *filp = file_open(test);
	u64 moves;

	file_leave_mode(test, filp);
	file_own(test, filp);
	moves = file_moves(pf);
	file_close(test, filp);
	KUNIT_EXPECT_EQ(test, file_count_clients(pf), 0UL);
	KUNIT_EXPECT_GT(test, file_moves(pf), moves);
}

/*
 * While a closed file waits for the port in order to end its mode, the owner
 * leaves a mode of its own. The closed file has none to end then.
 */
static void a_closed_file_leaves_a_later_mode_alone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct file *earlier = file_open(test);
	struct file *later = file_open(test);
	u64 moves;

	file_leave_mode(test, earlier);
	file_own(test, later);
	moves = file_moves(pf);
	file_close(test, earlier);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&pf->port->arb), 1U);
	file_free_in_mode(test, later);
	fixture_wait_for(test, file_count_clients(pf) == 1);
	KUNIT_EXPECT_EQ(test, file_moves(pf), moves);
	file_close(test, later);
	fixture_wait_for(test, !file_count_clients(pf));
	KUNIT_EXPECT_GT(test, file_moves(pf), moves);
}

/* The port is gone before the close: nobody is left whose mode could be ended. */
static void a_mode_on_a_port_that_is_gone_is_forgotten(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct file *filp = file_open(test);
	u64 accesses;

	file_leave_mode(test, filp);
	parbiter_vport_unplug(pf->vport);
	accesses = port_accesses(pf);
	file_close(test, filp);
	KUNIT_EXPECT_EQ(test, file_count_clients(pf), 0UL);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), accesses);
}

static struct kunit_case file_cases[] = {
	KUNIT_CASE(a_killed_task_does_not_wait_for_another_thread),
	KUNIT_CASE(a_free_under_way_lets_nothing_long_begin),
	KUNIT_CASE(a_free_forgets_a_device_while_another_thread_sleeps),
	KUNIT_CASE(a_free_keeps_the_device_of_a_request_that_is_queued),
	KUNIT_CASE(a_removal_under_way_lets_nothing_long_begin),
	KUNIT_CASE(another_process_that_asks_is_not_the_owner),
	KUNIT_CASE(a_closed_file_does_not_wait_for_ever),
	KUNIT_CASE(a_kernel_thread_leaves_the_mode_to_the_work_item),
	KUNIT_CASE(an_owner_ends_the_mode_in_its_close),
	KUNIT_CASE(a_closed_file_leaves_a_later_mode_alone),
	KUNIT_CASE(a_mode_on_a_port_that_is_gone_is_forgotten),
	{}
};

struct kunit_suite file_suite = {
	.name = "parbiter-file",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = file_cases,
};
