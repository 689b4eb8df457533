// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual port's operations: those of parport_pc, on registers in memory.
 *
 * They can be called with interrupts off, and from hard interrupts, where those of
 * parport_pc can. The IEEE 1284 block operations are those of the core.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "internal.h"

#define VPORT_CONTROL_LINES	(PARPORT_CONTROL_STROBE | \
				 PARPORT_CONTROL_AUTOFD | \
				 PARPORT_CONTROL_INIT | \
				 PARPORT_CONTROL_SELECT)
#define VPORT_STATE_CONTROL	0x0c
#define VPORT_STATE_ECR		0x34

static void vport_leave(struct vport *vport)
{
	atomic_dec(&vport->inside);
}

/**
 * parbiter_vport_run_hook - run an operation's hook, if there is one
 * @vport: the port, which the caller keeps by vport->inside
 * @op: the operation
 */
void parbiter_vport_run_hook(struct vport *vport, enum vport_op op)
{
	struct vport_hook hook;
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	hook = vport->hooks[op];
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	if (hook.fn)
		hook.fn(vport, op, hook.context);
}

/* Count a call; late calls have counters of their own. Return true if it is not late. */
static bool vport_count(struct vport *vport, enum vport_op op)
{
	unsigned long flags;
	bool dead;

	raw_spin_lock_irqsave(&vport->lock, flags);
	dead = vport->dead;
	if (dead)
		vport->sum.late[op]++;
	else
		vport->sum.ops[op]++;
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return !dead;
}

/* Begin an operation. Return the port, or NULL if it is unplugged. */
static struct vport *vport_enter(struct parport *port, enum vport_op op)
{
	struct vport *vport;

	rcu_read_lock();
	vport = READ_ONCE(port->physport->private_data);
	if (vport)
		atomic_inc(&vport->inside);
	rcu_read_unlock();
	if (!vport)
		return NULL;
	if (!vport_count(vport, op)) {
		parbiter_vport_note(vport, VPORT_KIND_LATE, op, 0);
		vport_leave(vport);
		return NULL;
	}
	parbiter_vport_run_hook(vport, op);
	return vport;
}

static void vport_out(struct vport *vport, enum vport_register reg, u8 value)
{
	WRITE_ONCE(vport->regs[reg], value);
	parbiter_vport_note(vport, VPORT_KIND_WRITE, reg, value);
	if (vport->chain)
		parbiter_vport_chain_written(vport, reg);
	else if (reg == VPORT_CONTROL && READ_ONCE(vport->peripheral))
		parbiter_vport_controlled(vport);
}

static u8 vport_in(struct vport *vport, enum vport_register reg)
{
	u8 value = READ_ONCE(vport->regs[reg]);

	if (reg == VPORT_DATA &&
	    READ_ONCE(vport->regs[VPORT_CONTROL]) & VPORT_CONTROL_REVERSE)
		value = READ_ONCE(vport->input);
	parbiter_vport_note(vport, VPORT_KIND_READ, reg, value);
	if (reg == VPORT_STATUS && READ_ONCE(vport->peripheral))
		parbiter_vport_polled(vport);
	return value;
}

/* As in __parport_pc_frob_control(), @value toggles what is left by @mask. */
static u8 vport_frob(struct vport *vport, u8 mask, u8 value)
{
	u8 ctr = READ_ONCE(vport->regs[VPORT_CONTROL]);

	ctr = ((ctr & ~mask) ^ value) & vport->writable;
	vport_out(vport, VPORT_CONTROL, ctr);
	return ctr;
}

static void vport_write_data(struct parport *port, unsigned char data)
{
	struct vport *vport = vport_enter(port, VPORT_WRITE_DATA);

	if (!vport)
		return;
	vport_out(vport, VPORT_DATA, data);
	vport_leave(vport);
}

static unsigned char vport_read_data(struct parport *port)
{
	struct vport *vport = vport_enter(port, VPORT_READ_DATA);
	u8 data;

	if (!vport)
		return 0;
	data = vport_in(vport, VPORT_DATA);
	vport_leave(vport);
	return data;
}

static void vport_write_control(struct parport *port, unsigned char lines)
{
	struct vport *vport = vport_enter(port, VPORT_WRITE_CONTROL);

	if (!vport)
		return;
	if (lines & VPORT_CONTROL_REVERSE)
		vport_frob(vport, VPORT_CONTROL_REVERSE, VPORT_CONTROL_REVERSE);
	vport_frob(vport, VPORT_CONTROL_LINES, lines & VPORT_CONTROL_LINES);
	vport_leave(vport);
}

/* Read the soft copy, which is no access to the register. */
static unsigned char vport_read_control(struct parport *port)
{
	struct vport *vport = vport_enter(port, VPORT_READ_CONTROL);
	u8 lines;

	if (!vport)
		return 0;
	lines = READ_ONCE(vport->regs[VPORT_CONTROL]) & VPORT_CONTROL_LINES;
	vport_leave(vport);
	return lines;
}

static unsigned char vport_frob_control(struct parport *port,
					unsigned char mask,
					unsigned char value)
{
	struct vport *vport = vport_enter(port, VPORT_FROB_CONTROL);
	u8 ctr;

	if (!vport)
		return 0;
	if (mask & VPORT_CONTROL_REVERSE)
		vport_frob(vport, VPORT_CONTROL_REVERSE,
			   value & VPORT_CONTROL_REVERSE);
	ctr = vport_frob(vport, mask & VPORT_CONTROL_LINES,
			 value & VPORT_CONTROL_LINES);
	vport_leave(vport);
	return ctr;
}

static unsigned char vport_read_status(struct parport *port)
{
	struct vport *vport = vport_enter(port, VPORT_READ_STATUS);
	u8 status;

	if (!vport)
		return 0;
	status = vport_in(vport, VPORT_STATUS);
	vport_leave(vport);
	return status;
}

/* Set bits of the control register, for the four operations below. */
static void vport_set_control(struct parport *port, enum vport_op op, u8 mask,
			      u8 value)
{
	struct vport *vport = vport_enter(port, op);

	if (!vport)
		return;
	vport_frob(vport, mask, value);
	vport_leave(vport);
}

static void vport_enable_irq(struct parport *port)
{
	vport_set_control(port, VPORT_ENABLE_IRQ, VPORT_CONTROL_IRQ,
			  VPORT_CONTROL_IRQ);
}

static void vport_disable_irq(struct parport *port)
{
	vport_set_control(port, VPORT_DISABLE_IRQ, VPORT_CONTROL_IRQ, 0);
}

static void vport_data_forward(struct parport *port)
{
	vport_set_control(port, VPORT_DATA_FORWARD, VPORT_CONTROL_REVERSE, 0);
}

static void vport_data_reverse(struct parport *port)
{
	vport_set_control(port, VPORT_DATA_REVERSE, VPORT_CONTROL_REVERSE,
			  VPORT_CONTROL_REVERSE);
}

static void vport_init_state(struct pardevice *dev, struct parport_state *state)
{
	struct vport *vport = vport_enter(dev->port, VPORT_INIT_STATE);

	if (!vport)
		return;
	state->u.pc.ctr = VPORT_STATE_CONTROL;
	if (dev->irq_func && dev->port->irq != PARPORT_IRQ_NONE)
		state->u.pc.ctr |= VPORT_CONTROL_IRQ;
	state->u.pc.ecr = VPORT_STATE_ECR;
	if (state == dev->state)
		parbiter_vport_name_state(vport, state, dev->name);
	parbiter_vport_note_state(vport, VPORT_KIND_INIT, VPORT_INIT_STATE,
				  state);
	vport_leave(vport);
}

static void vport_save_state(struct parport *port, struct parport_state *state)
{
	struct vport *vport = vport_enter(port, VPORT_SAVE_STATE);

	if (!vport)
		return;
	state->u.pc.ctr = READ_ONCE(vport->regs[VPORT_CONTROL]);
	if (!vport->no_ecr)
		state->u.pc.ecr = vport_in(vport, VPORT_ECR);
	parbiter_vport_note_state(vport, VPORT_KIND_SAVE, VPORT_SAVE_STATE,
				  state);
	vport_leave(vport);
}

static void vport_restore_state(struct parport *port,
				struct parport_state *state)
{
	struct vport *vport = vport_enter(port, VPORT_RESTORE_STATE);

	if (!vport)
		return;
	parbiter_vport_note_state(vport, VPORT_KIND_RESTORE,
				  VPORT_RESTORE_STATE, state);
	vport_out(vport, VPORT_CONTROL, state->u.pc.ctr & vport->writable);
	if (!vport->no_ecr)
		vport_out(vport, VPORT_ECR, state->u.pc.ecr);
	vport_leave(vport);
}

/* Count a call, and run the core's block operation unless the call is late. */
#define VPORT_BLOCK(name, buffer, which, core)				\
static size_t vport_##name(struct parport *port, buffer buf,		\
			   size_t len, int flags)			\
{									\
	const enum vport_op op = which;					\
	struct vport *vport = vport_enter(port, op);			\
	size_t done;							\
									\
	if (!vport)							\
		return 0;						\
	parbiter_vport_note(vport, VPORT_KIND_BLOCK, op, 0);		\
	done = core(port, buf, len, flags);				\
	vport_leave(vport);						\
	return done;							\
}

VPORT_BLOCK(epp_write_data, const void *, VPORT_EPP_WRITE_DATA,
	    parport_ieee1284_epp_write_data)
VPORT_BLOCK(epp_read_data, void *, VPORT_EPP_READ_DATA,
	    parport_ieee1284_epp_read_data)
VPORT_BLOCK(epp_write_addr, const void *, VPORT_EPP_WRITE_ADDR,
	    parport_ieee1284_epp_write_addr)
VPORT_BLOCK(epp_read_addr, void *, VPORT_EPP_READ_ADDR,
	    parport_ieee1284_epp_read_addr)
VPORT_BLOCK(ecp_write_data, const void *, VPORT_ECP_WRITE_DATA,
	    parport_ieee1284_ecp_write_data)
VPORT_BLOCK(ecp_read_data, void *, VPORT_ECP_READ_DATA,
	    parport_ieee1284_ecp_read_data)
VPORT_BLOCK(ecp_write_addr, const void *, VPORT_ECP_WRITE_ADDR,
	    parport_ieee1284_ecp_write_addr)
VPORT_BLOCK(compat_write_data, const void *, VPORT_COMPAT_WRITE_DATA,
	    parport_ieee1284_write_compat)
VPORT_BLOCK(nibble_read_data, void *, VPORT_NIBBLE_READ_DATA,
	    parport_ieee1284_read_nibble)
VPORT_BLOCK(byte_read_data, void *, VPORT_BYTE_READ_DATA,
	    parport_ieee1284_read_byte)

const struct parport_operations parbiter_vport_ops = {
	.write_data		= vport_write_data,
	.read_data		= vport_read_data,
	.write_control		= vport_write_control,
	.read_control		= vport_read_control,
	.frob_control		= vport_frob_control,
	.read_status		= vport_read_status,
	.enable_irq		= vport_enable_irq,
	.disable_irq		= vport_disable_irq,
	.data_forward		= vport_data_forward,
	.data_reverse		= vport_data_reverse,
	.init_state		= vport_init_state,
	.save_state		= vport_save_state,
	.restore_state		= vport_restore_state,
	.epp_write_data		= vport_epp_write_data,
	.epp_read_data		= vport_epp_read_data,
	.epp_write_addr		= vport_epp_write_addr,
	.epp_read_addr		= vport_epp_read_addr,
	.ecp_write_data		= vport_ecp_write_data,
	.ecp_read_data		= vport_ecp_read_data,
	.ecp_write_addr		= vport_ecp_write_addr,
	.compat_write_data	= vport_compat_write_data,
	.nibble_read_data	= vport_nibble_read_data,
	.byte_read_data		= vport_byte_read_data,
	.owner			= THIS_MODULE,
};

/**
 * parbiter_vport_set_hook - run a function inside an operation
 * @vport: the port
 * @op: the operation
 * @fn: the function, or NULL for none
 * @context: handed to @fn
 *
 * The function that was there before may still be running on another CPU.
 *
 * Context: any.
 */
void parbiter_vport_set_hook(struct vport *vport, enum vport_op op,
			     vport_hook_fn fn, void *context)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	vport->hooks[op].fn = fn;
	vport->hooks[op].context = context;
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_register - return a register without an access
 * @vport: the port
 * @reg: the register
 *
 * Context: any.
 * Return: the value; for the data register, the value that was written last.
 */
u8 parbiter_vport_register(struct vport *vport, enum vport_register reg)
{
	return READ_ONCE(vport->regs[reg]);
}

/**
 * parbiter_vport_lose_power - clear the registers
 * @vport: the port
 *
 * The registers lose their contents as in a machine that is suspended. This is no
 * access, and the peripheral does not notice; but a device of a daisy chain is
 * deselected.
 *
 * Context: any.
 */
void parbiter_vport_lose_power(struct vport *vport)
{
	if (vport->chain)
		parbiter_vport_chain_drop(vport);
	WRITE_ONCE(vport->regs[VPORT_DATA], 0);
	WRITE_ONCE(vport->regs[VPORT_CONTROL], 0);
	WRITE_ONCE(vport->regs[VPORT_ECR], 0);
}

/**
 * parbiter_vport_set_input - drive the data lines in reverse direction
 * @vport: the port
 * @data: what the data register reads while the direction is reverse
 *
 * Context: any.
 */
void parbiter_vport_set_input(struct vport *vport, u8 data)
{
	WRITE_ONCE(vport->input, data);
}
