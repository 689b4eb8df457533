/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations that the files of the virtual port share
 */
#ifndef _PARBITER_VPORT_INTERNAL_H
#define _PARBITER_VPORT_INTERNAL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/spinlock.h>

#include "vport.h"

struct platform_device;
struct vport_chain;
struct vport_peripheral;

/* The number of pardevices whose names are remembered, by the address of their state */
#define VPORT_STATES	64

/* The control register's direction: the port does not drive the data lines */
#define VPORT_CONTROL_REVERSE	0x20

struct vport_state_name {
	const struct parport_state *state;
	char name[VPORT_NAME_LEN];
};

struct vport_hook {
	vport_hook_fn fn;
	void *context;
};

/**
 * struct vport - a virtual port, plugged in or in quarantine
 * @lock: guards the members up to @peripheral; taken with interrupts off
 * @dead: the port is unplugged: operations are late, and no interrupt comes
 * @regs: the registers; VPORT_CONTROL is the driver's soft copy, too
 * @status: the status lines as parbiter_vport_set_status() has set them
 * @input: what the data register reads in reverse direction
 * @writable: the control register's writable bits
 * @no_ecr: the port has no ECR
 * @sum: the counters
 * @ring: the records of the trace, a ring
 * @size: the number of records in @ring
 * @hooks: the hook of each operation
 * @states: the names of pardevices, by the address of their state
 * @next_state: the element of @states to use next
 * @end: the peripheral at the end of the chain, or, without a chain, at the connector;
 *	NULL if there is none; changes also need @fit
 * @peripheral: the peripheral that is connected to the host: @end, or the device of
 *	@chain that is selected
 * @chain: the daisy chain, or NULL; it stays as long as the port
 * @fit: held while a peripheral is freed, and while its received bytes are read
 * @inside: number of threads and interrupts that are inside an operation
 * @plug: serialises unplugging
 * @port: the core's port, NULL once the core has freed it
 * @number: of the port
 * @ops: handed to the core, and left in place after unplug
 * @dead_ops: the core's own for ports that are gone
 * @release: the core's own release of struct parport
 * @released: the core has freed struct parport
 * @pdev: the port's parent
 * @irq: the line, or PARPORT_IRQ_NONE
 * @irq_work: the edge on its way
 * @masked: the line was disabled when the port was unplugged
 */
struct vport {
	raw_spinlock_t lock;
	bool dead;
	u8 regs[VPORT_NR_REGISTERS];
	u8 status;
	u8 input;
	u8 writable;
	bool no_ecr;
	struct vport_counters sum;
	struct vport_record *ring;
	unsigned int size;
	struct vport_hook hooks[VPORT_NR_OPS];
	struct vport_state_name states[VPORT_STATES];
	unsigned int next_state;
	struct vport_peripheral *end;
	struct vport_peripheral *peripheral;

	struct vport_chain *chain;
	struct mutex fit;		/* see above */
	atomic_t inside;
	struct mutex plug;		/* see above */
	struct parport *port;
	int number;
	struct parport_operations ops;
	struct parport_operations *dead_ops;
	void (*release)(struct device *dev);
	struct completion released;
	struct platform_device *pdev;
	int irq;
	struct irq_work irq_work;
	bool masked;
};

extern const struct parport_operations parbiter_vport_ops;

int parbiter_vport_irq_create(struct vport *vport);
void parbiter_vport_irq_stop(struct vport *vport);
void parbiter_vport_irq_destroy(struct vport *vport);
int parbiter_vport_raise_irq_locked(struct vport *vport, bool force);

void parbiter_vport_peripheral_destroy(struct vport *vport);
void parbiter_vport_connect(struct vport *vport);
void parbiter_vport_controlled(struct vport *vport);
void parbiter_vport_polled(struct vport *vport);

int parbiter_vport_chain_create(struct vport *vport,
				const struct vport_config *config);
bool parbiter_vport_chain_drives(struct vport *vport);
void parbiter_vport_chain_written(struct vport *vport, enum vport_register reg);
void parbiter_vport_chain_drop(struct vport *vport);

int parbiter_vport_trace_create(struct vport *vport, unsigned int records);
void parbiter_vport_trace_destroy(struct vport *vport);
void parbiter_vport_note(struct vport *vport, enum vport_kind kind, u8 where,
			 u8 value);
void parbiter_vport_note_state(struct vport *vport, enum vport_kind kind,
			       enum vport_op op,
			       const struct parport_state *state);
void parbiter_vport_name_state(struct vport *vport,
			       const struct parport_state *state,
			       const char *name);
void parbiter_vport_run_hook(struct vport *vport, enum vport_op op);

#endif /* _PARBITER_VPORT_INTERNAL_H */
