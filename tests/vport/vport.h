/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual PC-style parallel port, for tests.
 *
 * To the parport core, the port is one like those of parport_pc: it is registered,
 * announced, shared, interrupted and unplugged. But its registers are memory: every
 * access is counted and recorded. Interrupts come when a test asks for one, and a
 * hook can run inside any operation that the core calls.
 *
 * After unplug the port stays in quarantine until parbiter_vport_destroy().
 * parport_pc frees the operations and the private data of an unplugged port; here
 * both stay valid, and every further call is counted as a late one.
 */
#ifndef _PARBITER_VPORT_H
#define _PARBITER_VPORT_H

#include <linux/types.h>

struct parport;
struct vport;
struct vport_native;
struct vport_peripheral_kind;

/* The registers of a PC-style port with an ECR */
enum vport_register {
	VPORT_DATA,
	VPORT_STATUS,
	VPORT_CONTROL,
	VPORT_ECR,
	VPORT_NR_REGISTERS
};

/* The operations of struct parport_operations, and the interrupt */
enum vport_op {
	VPORT_WRITE_DATA,
	VPORT_READ_DATA,
	VPORT_WRITE_CONTROL,
	VPORT_READ_CONTROL,
	VPORT_FROB_CONTROL,
	VPORT_READ_STATUS,
	VPORT_ENABLE_IRQ,
	VPORT_DISABLE_IRQ,
	VPORT_DATA_FORWARD,
	VPORT_DATA_REVERSE,
	VPORT_INIT_STATE,
	VPORT_SAVE_STATE,
	VPORT_RESTORE_STATE,
	VPORT_EPP_WRITE_DATA,
	VPORT_EPP_READ_DATA,
	VPORT_EPP_WRITE_ADDR,
	VPORT_EPP_READ_ADDR,
	VPORT_ECP_WRITE_DATA,
	VPORT_ECP_READ_DATA,
	VPORT_ECP_WRITE_ADDR,
	VPORT_COMPAT_WRITE_DATA,
	VPORT_NIBBLE_READ_DATA,
	VPORT_BYTE_READ_DATA,
	VPORT_IRQ,		/* hard interrupt, before the handlers */
	VPORT_NR_OPS
};

/* The interrupt enable bit of the control register */
#define VPORT_CONTROL_IRQ	0x10

/* The status lines of a new port: those of a printer that is ready */
#define VPORT_STATUS_READY	0xd8

#define VPORT_TRACE_RECORDS	4096
#define VPORT_NAME_LEN		16

/* The most devices in an IEEE 1284.3 daisy chain, and the place at its end */
#define VPORT_DEVICES		4
#define VPORT_END		(-1)

/**
 * struct vport_config - what kind of port to make
 * @irq: the port has an interrupt line
 * @base: base address to report; it is not accessed
 * @ecp: the port can do ECP and EPP, and reports ECP registers at @base + 0x400.
 *	Without it the port has an ECR, but does not report it
 * @no_ecr: reported ECP registers or not, the port has no ECR. parport_pc leaves ports
 *	like that
 * @records: number of records in the trace; 0 for VPORT_TRACE_RECORDS
 * @devices: number of devices in a daisy chain, up to VPORT_DEVICES; 0 for no chain
 * @device: their device IDs, as @id of struct vport_peripheral_config; the first device
 *	is next to the connector
 * @end: the device ID of an IEEE 1284 peripheral at the end of the chain or, without a
 *	chain, at the connector; NULL for no peripheral
 *
 * The parport core looks for devices and reads their IDs when a port is plugged in.
 */
struct vport_config {
	bool irq;
	unsigned long base;
	bool ecp;
	bool no_ecr;
	unsigned int records;
	unsigned int devices;
	const char *device[VPORT_DEVICES];
	const char *end;
};

/* What a record is about; its text begins with this letter */
enum vport_kind {
	VPORT_KIND_READ = 'R',
	VPORT_KIND_WRITE = 'W',
	VPORT_KIND_INIT = 'I',
	VPORT_KIND_SAVE = 'S',
	VPORT_KIND_RESTORE = 'L',
	VPORT_KIND_BLOCK = 'B',
	VPORT_KIND_IRQ = 'Q',
	VPORT_KIND_LATE = 'X',
};

/* Flags of a record */
#define VPORT_IRQS_OFF		0x01	/* hard interrupts were off */
#define VPORT_HARDIRQ		0x02	/* in a hard interrupt */
#define VPORT_UNCLAIMED		0x04	/* no pardevice owned the port */

/**
 * struct vport_record - a record of the trace
 * @seq: parbiter_vport_sequence() of this event, over all ports and natives
 * @ns: CLOCK_MONOTONIC
 * @pid: the current thread
 * @kind: enum vport_kind
 * @where: enum vport_register for reads and writes, else enum vport_op
 * @value: the register's value; the control register of a state
 * @ecr: the ECR of a state
 * @flags: VPORT_IRQS_OFF and others
 * @name: the pardevice whose state was initialised, saved or restored
 */
struct vport_record {
	u64 seq;
	u64 ns;
	pid_t pid;
	u8 kind;
	u8 where;
	u8 value;
	u8 ecr;
	u8 flags;
	char name[VPORT_NAME_LEN];
};

/**
 * struct vport_counters - what happened since creation or the last reset
 * @reads: per register
 * @writes: per register
 * @ops: calls per operation, without the late ones
 * @late: calls per operation after unplug
 * @unclaimed: register accesses while no pardevice owned the port
 * @raised: interrupt edges put on the line
 * @suppressed: edges that the control register's enable bit held back
 * @merged: edges that came while an earlier one was still pending
 * @handled: runs of the port's interrupt handler
 * @records: records written
 * @lost: records overwritten
 */
struct vport_counters {
	u64 reads[VPORT_NR_REGISTERS];
	u64 writes[VPORT_NR_REGISTERS];
	u64 ops[VPORT_NR_OPS];
	u64 late[VPORT_NR_OPS];
	u64 unclaimed;
	u64 raised;
	u64 suppressed;
	u64 merged;
	u64 handled;
	u64 records;
	u64 lost;
};

/**
 * typedef vport_hook_fn - runs inside an operation, before it takes effect
 * @vport: the port
 * @op: the operation for which the hook was set
 * @context: as given to parbiter_vport_set_hook()
 *
 * Context: the operation's. VPORT_IRQ: hard interrupt. VPORT_RESTORE_STATE:
 * interrupts off and the core's cad_lock held for writing. VPORT_SAVE_STATE:
 * inside parport_release() the core holds no lock and the hook may sleep;
 * inside a preempting parport_claim() as for VPORT_RESTORE_STATE.
 */
typedef void (*vport_hook_fn)(struct vport *vport, enum vport_op op,
			      void *context);

struct vport *parbiter_vport_create(const struct vport_config *config);
void parbiter_vport_unplug(struct vport *vport);
void parbiter_vport_destroy(struct vport *vport);

struct parport *parbiter_vport_parport(struct vport *vport);
int parbiter_vport_number(struct vport *vport);
bool parbiter_vport_unplugged(struct vport *vport);
bool parbiter_vport_released(struct vport *vport);

void parbiter_vport_set_hook(struct vport *vport, enum vport_op op,
			     vport_hook_fn fn, void *context);

u8 parbiter_vport_register(struct vport *vport, enum vport_register reg);
void parbiter_vport_set_status(struct vport *vport, u8 status);
void parbiter_vport_lose_power(struct vport *vport);
void parbiter_vport_set_input(struct vport *vport, u8 data);

int parbiter_vport_raise_irq(struct vport *vport, bool force);
void parbiter_vport_sync_irq(struct vport *vport);
int parbiter_vport_irq(struct vport *vport);
bool parbiter_vport_irq_masked(struct vport *vport);

u64 parbiter_vport_sequence(void);
void parbiter_vport_counters(struct vport *vport, struct vport_counters *sum);
bool parbiter_vport_read(struct vport *vport, u64 *pos,
			 struct vport_record *rec);
void parbiter_vport_reset(struct vport *vport);
u64 parbiter_vport_late(struct vport *vport);
const char *parbiter_vport_op_name(enum vport_op op);
const char *parbiter_vport_register_name(enum vport_register reg);
int parbiter_vport_format(const struct vport_record *rec, char *buf,
			  size_t size);

/* The mode a peripheral is in */
enum vport_mode {
	VPORT_MODE_COMPAT,
	VPORT_MODE_NIBBLE,
	VPORT_MODE_BYTE,
	VPORT_MODE_ECP,
	VPORT_MODE_EPP,
	VPORT_NR_MODES
};

/* The modes besides nibble mode, by their request values in IEEE 1284 */
#define VPORT_ACCEPT_BYTE	0x01
#define VPORT_ACCEPT_ECP	0x10
#define VPORT_ACCEPT_EPP	0x40

#define VPORT_RECEIVED_BYTES	(4 << 20)
#define VPORT_SLOW_MAX		100000
#define VPORT_QUEUE_BYTES	(64 << 10)
#define VPORT_RUN_BYTES		128	/* the longest run in ECP mode */

/**
 * struct vport_peripheral_config - how a peripheral behaves
 * @kind: what kind of peripheral it is
 * @accept: VPORT_ACCEPT_BYTE and others: the modes that it accepts besides
 *	nibble mode, of those that its kind can accept
 * @stall: number of bytes in compatibility mode after which it stalls, that is,
 *	is busy; 0 for never
 * @polls: number of reads of the status register that end a stall; 0 if only
 *	parbiter_vport_ready() ends it
 * @after: number of bytes, in either direction, after which it becomes slow
 * @slow: microseconds that each read of the status register then takes longer; 0
 *	if it never becomes slow
 * @mute: number of the host's events that an IEEE 1284 peripheral answers before
 *	it falls silent; 0 if it never does
 * @id: its IEEE 1284 device ID, which it sends in nibble mode: text, before which the
 *	length is put, or "0x" and all the bytes, with the length, as hexadecimal digits;
 *	NULL or "" for none. It is copied.
 * @ack_irq: nAck is wired to the port's interrupt, which comes when nAck goes high
 *	and the enable bit of the control register is set
 */
struct vport_peripheral_config {
	const struct vport_peripheral_kind *kind;
	u8 accept;
	unsigned int stall;
	unsigned int polls;
	unsigned int after;
	unsigned int slow;
	unsigned int mute;
	const char *id;
	bool ack_irq;
};

/**
 * struct vport_peripheral_stats - the state and the counters of a peripheral
 * @kind: the name of its kind
 * @mode: the mode it is in; VPORT_MODE_COMPAT between a termination and the next
 *	negotiation
 * @state: what it waits for, in one word
 * @busy: it would take no byte in compatibility mode
 * @received: bytes taken, in any mode
 * @lost: bytes taken for which there was no room
 * @queued: bytes to send
 * @sent: bytes sent
 * @acks: how often nAck went high
 * @negotiations: requests for a mode that were accepted
 * @refusals: requests for a mode that were refused
 * @terminations: terminations of a mode according to the standard
 * @addresses: EPP addresses and ECP commands taken
 * @address: the last of them
 * @violations: violations of the protocol by the host
 * @violated: @state at the first violation
 * @violated_from: the control register before the first violation
 * @violated_to: the control register after it
 */
struct vport_peripheral_stats {
	const char *kind;
	enum vport_mode mode;
	const char *state;
	bool busy;
	u64 received;
	u64 lost;
	u64 queued;
	u64 sent;
	u64 acks;
	u64 negotiations;
	u64 refusals;
	u64 terminations;
	u64 addresses;
	u8 address;
	u64 violations;
	const char *violated;
	u8 violated_from;
	u8 violated_to;
};

int parbiter_vport_set_peripheral(struct vport *vport, int place,
				  const struct vport_peripheral_config *config);
int parbiter_vport_ready(struct vport *vport, int place);
int parbiter_vport_send(struct vport *vport, int place, const void *data,
			size_t len);
int parbiter_vport_send_run(struct vport *vport, int place, unsigned int count,
			    u8 byte);
ssize_t parbiter_vport_received(struct vport *vport, int place, u64 pos,
				void *buf, size_t len);
int parbiter_vport_peripheral_stats(struct vport *vport, int place,
				    struct vport_peripheral_stats *stats);
const char *parbiter_vport_mode_name(enum vport_mode mode);

/* A deliberate fault of a device in a daisy chain */
enum vport_fault {
	VPORT_FAULT_NONE,
	VPORT_FAULT_SILENT,	/* it has no power: the lines pass through it */
	VPORT_FAULT_REFUSE,	/* it cannot be selected */
	VPORT_FAULT_WRONG,	/* if it is selected, the one behind it is connected */
	VPORT_FAULT_STUCK,	/* if it is selected, it stays so */
	VPORT_NR_FAULTS
};

/**
 * struct vport_chain_stats - the state of a daisy chain
 * @devices: number of its devices
 * @selected: the place of the device that is connected to the host, or VPORT_END
 * @packets: number of command packets that the devices have heard
 * @unheard: number of command packets without effect, because who was connected to the
 *	host was not in compatibility mode
 * @device: the devices
 * @device.address: the address that the host has given it, or -1
 * @device.fault: its fault
 * @device.enabled: its interrupts reach the host while it is not selected
 * @device.latched: it has asked for an interrupt that the host has not cleared
 * @device.selects: how often it was selected
 */
struct vport_chain_stats {
	unsigned int devices;
	int selected;
	u64 packets;
	u64 unheard;
	struct {
		int address;
		enum vport_fault fault;
		bool enabled;
		bool latched;
		u64 selects;
	} device[VPORT_DEVICES];
};

int parbiter_vport_set_fault(struct vport *vport, int place,
			     enum vport_fault fault);
const char *parbiter_vport_fault_name(enum vport_fault fault);
int parbiter_vport_device_irq(struct vport *vport, int place);
int parbiter_vport_chain_stats(struct vport *vport,
			       struct vport_chain_stats *stats);

/* A native driver's answer when the core asks it to release the port */
enum vport_preempt {
	VPORT_PREEMPT_NONE,	/* no callback */
	VPORT_PREEMPT_REFUSE,
	VPORT_PREEMPT_ACCEPT,
};

/* What a native driver does when the core calls its wake-up callback */
enum vport_wakeup {
	VPORT_WAKEUP_NONE,	/* no callback: never on the core's wait list */
	VPORT_WAKEUP_COUNT,	/* only count the call */
	VPORT_WAKEUP_CLAIM,	/* claim, if its last claim was refused */
};

/**
 * struct vport_native_config - how a native driver behaves
 * @name: its pardevice's name; not the beginning of "ppdev" or "lp"
 * @preempt: enum vport_preempt
 * @wakeup: enum vport_wakeup
 * @irq: it has an interrupt function: the core enables the interrupt at its claim
 * @exclusive: it registers with PARPORT_DEV_EXCL
 * @chained: it is the driver of a device in a daisy chain, which the core selects at its
 *	claim and deselects at its release
 * @daisy: the address of this device
 */
struct vport_native_config {
	const char *name;
	enum vport_preempt preempt;
	enum vport_wakeup wakeup;
	bool irq;
	bool exclusive;
	bool chained;
	int daisy;
};

/**
 * struct vport_native_stats - the state and the counters of a native driver
 * @owner: it owns the port
 * @blocked: its thread is in parport_claim_or_block()
 * @wanting: a refused claim waits for the wake-up callback
 * @result: what its last claim returned
 * @claims: claims tried
 * @grants: claims won
 * @wakeups: calls of its wake-up callback
 * @asked: calls of its preempt callback
 * @irqs: calls of its interrupt function
 * @seq: parbiter_vport_sequence() right after its last grant
 * @ns: CLOCK_MONOTONIC right after its last grant
 */
struct vport_native_stats {
	bool owner;
	bool blocked;
	bool wanting;
	int result;
	u64 claims;
	u64 grants;
	u64 wakeups;
	u64 asked;
	u64 irqs;
	u64 seq;
	u64 ns;
};

struct vport_native *
parbiter_vport_native_create(struct parport *port,
			     const struct vport_native_config *config);
void parbiter_vport_native_unregister(struct vport_native *native);
void parbiter_vport_native_get(struct vport_native *native);
void parbiter_vport_native_put(struct vport_native *native);
const char *parbiter_vport_native_name(struct vport_native *native);
int parbiter_vport_native_number(struct vport_native *native);

int parbiter_vport_native_claim(struct vport_native *native);
int parbiter_vport_native_claim_irq(struct vport_native *native);
int parbiter_vport_native_claim_block(struct vport_native *native);
int parbiter_vport_native_wait(struct vport_native *native,
			       unsigned int ms);
int parbiter_vport_native_signal(struct vport_native *native);
int parbiter_vport_native_release(struct vport_native *native);
int parbiter_vport_native_write(struct vport_native *native, u8 data);
ssize_t parbiter_vport_native_id(struct vport_native *native, void *id,
				 size_t size);
int parbiter_vport_native_yield(struct vport_native *native);
void parbiter_vport_native_stats(struct vport_native *native,
				 struct vport_native_stats *stats);

#endif /* _PARBITER_VPORT_H */
