// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual port's counters, and the trace of what happened to it
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "internal.h"

static atomic64_t vport_seq = ATOMIC64_INIT(0);

static const char *const vport_op_names[VPORT_NR_OPS] = {
	[VPORT_WRITE_DATA] = "write_data",
	[VPORT_READ_DATA] = "read_data",
	[VPORT_WRITE_CONTROL] = "write_control",
	[VPORT_READ_CONTROL] = "read_control",
	[VPORT_FROB_CONTROL] = "frob_control",
	[VPORT_READ_STATUS] = "read_status",
	[VPORT_ENABLE_IRQ] = "enable_irq",
	[VPORT_DISABLE_IRQ] = "disable_irq",
	[VPORT_DATA_FORWARD] = "data_forward",
	[VPORT_DATA_REVERSE] = "data_reverse",
	[VPORT_INIT_STATE] = "init",
	[VPORT_SAVE_STATE] = "save",
	[VPORT_RESTORE_STATE] = "restore",
	[VPORT_EPP_WRITE_DATA] = "epp_write_data",
	[VPORT_EPP_READ_DATA] = "epp_read_data",
	[VPORT_EPP_WRITE_ADDR] = "epp_write_addr",
	[VPORT_EPP_READ_ADDR] = "epp_read_addr",
	[VPORT_ECP_WRITE_DATA] = "ecp_write_data",
	[VPORT_ECP_READ_DATA] = "ecp_read_data",
	[VPORT_ECP_WRITE_ADDR] = "ecp_write_addr",
	[VPORT_COMPAT_WRITE_DATA] = "compat_write_data",
	[VPORT_NIBBLE_READ_DATA] = "nibble_read_data",
	[VPORT_BYTE_READ_DATA] = "byte_read_data",
	[VPORT_IRQ] = "irq",
};

static const char *const vport_register_names[VPORT_NR_REGISTERS] = {
	[VPORT_DATA] = "data",
	[VPORT_STATUS] = "status",
	[VPORT_CONTROL] = "ctrl",
	[VPORT_ECR] = "ecr",
};

/**
 * parbiter_vport_trace_create - give a port its trace
 * @vport: the port
 * @records: length; 0 for VPORT_TRACE_RECORDS
 *
 * Return: 0 or -ENOMEM.
 */
int parbiter_vport_trace_create(struct vport *vport, unsigned int records)
{
	if (!records)
		records = VPORT_TRACE_RECORDS;
	vport->ring = vcalloc(records, sizeof(*vport->ring));
	if (!vport->ring)
		return -ENOMEM;
	vport->size = records;
	return 0;
}

/**
 * parbiter_vport_trace_destroy - take a port's trace away
 * @vport: the port
 */
void parbiter_vport_trace_destroy(struct vport *vport)
{
	vfree(vport->ring);
}

/* Return the place of a record in the ring. */
static struct vport_record *vport_slot(struct vport *vport, u64 record)
{
	u32 index;

	div_u64_rem(record, vport->size, &index);
	return &vport->ring[index];
}

/* Return a new record, in which the members that every record has are filled in. */
static struct vport_record *vport_next_record(struct vport *vport)
{
	struct vport_record *rec;

	lockdep_assert_held(&vport->lock);

	rec = vport_slot(vport, vport->sum.records);
	if (vport->sum.records >= vport->size)
		vport->sum.lost++;
	vport->sum.records++;
	memset(rec, 0, sizeof(*rec));
	rec->seq = parbiter_vport_sequence();
	rec->ns = ktime_get_mono_fast_ns();
	rec->pid = task_pid_nr(current);
	if (in_hardirq())
		rec->flags |= VPORT_HARDIRQ;
	return rec;
}

/* Return the flag for a caller that had interrupts off before it took the lock. */
static u8 vport_irq_flags(unsigned long flags)
{
	return irqs_disabled_flags(flags) ? VPORT_IRQS_OFF : 0;
}

/**
 * parbiter_vport_note - record and count an access or an event
 * @vport: the port
 * @kind: what happened
 * @where: to which register, or in which operation
 * @value: the register's value
 *
 * Context: any.
 */
void parbiter_vport_note(struct vport *vport, enum vport_kind kind, u8 where,
			 u8 value)
{
	struct parport *port = READ_ONCE(vport->port);
	struct vport_record *rec;
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	rec = vport_next_record(vport);
	rec->kind = kind;
	rec->where = where;
	rec->value = value;
	rec->flags |= vport_irq_flags(flags);
	if (kind == VPORT_KIND_READ || kind == VPORT_KIND_WRITE) {
		if (kind == VPORT_KIND_READ)
			vport->sum.reads[where]++;
		else
			vport->sum.writes[where]++;
		/* The core writes cad without WRITE_ONCE(). */
		if (port && !data_race(READ_ONCE(port->cad))) {
			vport->sum.unclaimed++;
			rec->flags |= VPORT_UNCLAIMED;
		}
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/* Return the name of the last pardevice whose state was at this address, or "". */
static const char *vport_state_name(struct vport *vport,
				    const struct parport_state *state)
{
	unsigned int i;

	lockdep_assert_held(&vport->lock);

	for (i = 0; i < VPORT_STATES; i++)
		if (vport->states[i].state == state)
			return vport->states[i].name;
	return "";
}

/**
 * parbiter_vport_note_state - record that a state was initialised, saved or restored
 * @vport: the port
 * @kind: VPORT_KIND_INIT, VPORT_KIND_SAVE or VPORT_KIND_RESTORE
 * @op: the operation
 * @state: the state: after init and save, before restore
 *
 * Context: any.
 */
void parbiter_vport_note_state(struct vport *vport, enum vport_kind kind,
			       enum vport_op op,
			       const struct parport_state *state)
{
	struct vport_record *rec;
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	rec = vport_next_record(vport);
	rec->kind = kind;
	rec->where = op;
	rec->value = state->u.pc.ctr;
	rec->ecr = state->u.pc.ecr;
	rec->flags |= vport_irq_flags(flags);
	strscpy(rec->name, vport_state_name(vport, state), sizeof(rec->name));
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_name_state - remember the pardevice whose state is at an address
 * @vport: the port
 * @state: the address
 * @name: the pardevice's name
 *
 * Searching the core's list of pardevices instead would need the core's lock, which
 * cannot be taken in every context.
 *
 * Context: any.
 */
void parbiter_vport_name_state(struct vport *vport,
			       const struct parport_state *state,
			       const char *name)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&vport->lock, flags);
	for (i = 0; i < VPORT_STATES; i++)
		if (vport->states[i].state == state)
			break;
	if (i == VPORT_STATES)
		i = vport->next_state++ % VPORT_STATES;
	vport->states[i].state = state;
	strscpy(vport->states[i].name, name, sizeof(vport->states[i].name));
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_sequence - return the next number in the order of all events
 *
 * Context: any.
 * Return: a number larger than all before, over all ports and natives.
 */
u64 parbiter_vport_sequence(void)
{
	return atomic64_inc_return(&vport_seq);
}

/**
 * parbiter_vport_counters - return the counters
 * @vport: the port
 * @sum: where to copy the counters to
 *
 * Context: any.
 */
void parbiter_vport_counters(struct vport *vport, struct vport_counters *sum)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	*sum = vport->sum;
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_late - return how often the port was used after unplug
 * @vport: the port
 *
 * Context: any.
 * Return: the number of late calls of operations.
 */
u64 parbiter_vport_late(struct vport *vport)
{
	unsigned long flags;
	u64 late = 0;
	int op;

	raw_spin_lock_irqsave(&vport->lock, flags);
	for (op = 0; op < VPORT_NR_OPS; op++)
		late += vport->sum.late[op];
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return late;
}

/**
 * parbiter_vport_read - read the trace, oldest record first
 * @vport: the port
 * @pos: number of the record to read, 0 at first; becomes that of the next one
 * @rec: where to copy the record to
 *
 * Records that were overwritten are skipped.
 *
 * Context: any.
 * Return: false at the end.
 */
bool parbiter_vport_read(struct vport *vport, u64 *pos,
			 struct vport_record *rec)
{
	unsigned long flags;
	bool found;

	raw_spin_lock_irqsave(&vport->lock, flags);
	if (*pos < vport->sum.lost)
		*pos = vport->sum.lost;
	found = *pos < vport->sum.records;
	if (found)
		*rec = *vport_slot(vport, (*pos)++);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return found;
}

/**
 * parbiter_vport_reset - empty the trace and zero the counters
 * @vport: the port
 *
 * Context: any.
 */
void parbiter_vport_reset(struct vport *vport)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	memset(&vport->sum, 0, sizeof(vport->sum));
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_op_name - return the name of an operation
 * @op: the operation
 *
 * Return: as in struct parport_operations, without "_state".
 */
const char *parbiter_vport_op_name(enum vport_op op)
{
	return vport_op_names[op];
}

/**
 * parbiter_vport_register_name - return the name of a register
 * @reg: the register
 *
 * Return: "data", "status", "ctrl" or "ecr".
 */
const char *parbiter_vport_register_name(enum vport_register reg)
{
	return vport_register_names[reg];
}

/* Format what happened, without time and thread. */
static int vport_format_event(const struct vport_record *rec, char *buf,
			      size_t size)
{
	switch (rec->kind) {
	case VPORT_KIND_READ:
	case VPORT_KIND_WRITE:
		return scnprintf(buf, size, "%c %s %02x", rec->kind,
				 vport_register_names[rec->where], rec->value);
	case VPORT_KIND_INIT:
	case VPORT_KIND_SAVE:
	case VPORT_KIND_RESTORE:
		return scnprintf(buf, size, "%c %s ctrl=%02x ecr=%02x dev=%s",
				 rec->kind, vport_op_names[rec->where],
				 rec->value, rec->ecr, rec->name);
	default:
		return scnprintf(buf, size, "%c %s", rec->kind,
				 vport_op_names[rec->where]);
	}
}

/**
 * parbiter_vport_format - format a record as a line of text
 * @rec: the record
 * @buf: the buffer for the text
 * @size: size of @buf
 *
 * Return: the length of the text, newline included.
 */
int parbiter_vport_format(const struct vport_record *rec, char *buf,
			  size_t size)
{
	int len = vport_format_event(rec, buf, size);

	return len + scnprintf(buf + len, size - len,
			       " #%llu @%llu pid=%d%s%s%s\n",
			       rec->seq, rec->ns, rec->pid,
			       rec->flags & VPORT_HARDIRQ ? " hardirq" : "",
			       rec->flags & VPORT_IRQS_OFF ? " irqsoff" : "",
			       rec->flags & VPORT_UNCLAIMED ? " unclaimed" : "");
}
