/* SPDX-License-Identifier: GPL-2.0 */
/* An IRP of the driver kit, and what its driver does not see of it */
#ifndef _PB_WDK_IRP_H
#define _PB_WDK_IRP_H

#include <linux/build_bug.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/stddef.h>
#include <parbiter/control.h>
#include <parbiter/wdk/wdm.h>

enum irp_state {
	IRP_HERE,
	IRP_SENT,
};

/**
 * struct wdk_irp - an IRP, and what its driver does not see of it
 * @irp: what the driver sees
 * @stack: the port's stack location
 * @own: the driver's stack location, which comes after that of the port
 * @control: the request, while it is IRP_SENT
 * @owner: the driver's module
 * @sender_start: when the thread that has sent it began, as task_struct.start_time.
 *	Together with the thread's address this names the thread; the address alone
 *	may be that of a later thread (irp_lock)
 * @node: in irps; while it is there, that is a reference (irp_lock)
 * @flight: in flights while @flying is not 0 (irp_lock)
 * @flying: number of times that it has been sent without having ended, with all
 *	that follows; 2: a completion routine has sent it again (irp_lock)
 * @ref: references: irps, the request, and who looks at it
 * @state: where it is (irp_lock)
 * @abandoned: nobody wants to hear of it any more (irp_lock)
 * @built: by IoBuildDeviceIoControlRequest(), not by IoAllocateIrp()
 * @out_length: size of @irp.UserBuffer
 * @rcu: for freeing
 * @buffer: the system buffer of an IRP that was built
 */
struct wdk_irp {
	IRP irp;
	IO_STACK_LOCATION stack;
	IO_STACK_LOCATION own;
	struct parbiter_control control;
	struct module *owner;
	u64 sender_start;
	struct hlist_node node;
	struct list_head flight;
	unsigned int flying;
	struct kref ref;
	enum irp_state state;
	bool abandoned;
	bool built;
	ULONG out_length;
	struct rcu_head rcu;
	u8 buffer[] __aligned(8);
};

static_assert(offsetof(struct wdk_irp, own) ==
	      offsetof(struct wdk_irp, stack) + sizeof(IO_STACK_LOCATION));

struct wdk_irp *pb_irp_get(PIRP pointer);
struct wdk_irp *pb_irp_get_own(void);
void pb_irp_put(struct wdk_irp *irp);
struct wdk_irp *pb_irp_send(PIRP pointer,
			    void (*done)(struct parbiter_control *control));
bool pb_irp_is_sent(struct wdk_irp *irp);
bool pb_irp_return(struct wdk_irp *irp, bool pending);
void pb_irp_land(struct wdk_irp *irp);
void pb_irp_wait_own(void);
bool pb_irp_finish(struct wdk_irp *irp, bool *removed);
struct wdk_irp *pb_irp_take(PIRP pointer);
struct wdk_irp *pb_irp_take_of(struct module *owner);

#endif /* _PB_WDK_IRP_H */
