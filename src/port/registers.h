/* SPDX-License-Identifier: GPL-2.0 */
/* Whose settings the registers of a port have. */
#ifndef _PB_REGISTERS_H
#define _PB_REGISTERS_H

#include <linux/compiler.h>
#include <linux/parport.h>

/**
 * struct pb_registers - whose settings the registers of a port have
 * @holder: PB_REGISTERS_CLAIMED, PB_REGISTERS_UNKNOWN, or a file, by the
 *	address of its saved settings. The address is only compared. It is no
 *	reference: a file that goes away calls pb_registers_drop(). Written by
 *	the owner, by the context that claims for the arbiter, and by a file
 *	that goes away.
 */
struct pb_registers {
	unsigned long holder;
};

/* Any greater value is a file. */
enum {
	PB_REGISTERS_CLAIMED,	/* the core restored the claimer's with the claim */
	PB_REGISTERS_UNKNOWN,	/* a driver may have changed them */
};

void pb_registers_before_claim(struct pb_registers *registers,
			       struct pardevice *claimer,
			       struct pardevice *model);
void pb_registers_exchange(struct pardevice *claimer, struct pardevice *native);
void pb_registers_load(struct pb_registers *registers,
		       struct pardevice *claimer, struct parport_state *state);
void pb_registers_drop(struct pb_registers *registers,
		       const struct parport_state *state);

/* The core has just restored the claimer's registers. */
static inline void pb_registers_claimed(struct pb_registers *registers)
{
	WRITE_ONCE(registers->holder, PB_REGISTERS_CLAIMED);
}

/* The new owner is a driver, which may change the registers as it likes. */
static inline void pb_registers_forget(struct pb_registers *registers)
{
	WRITE_ONCE(registers->holder, PB_REGISTERS_UNKNOWN);
}

static inline bool pb_registers_are_a_files(const struct pb_registers *registers)
{
	return READ_ONCE(registers->holder) > PB_REGISTERS_UNKNOWN;
}

/**
 * pb_registers_save() - save the registers for the next claim by the claimer
 * @registers: the port's state of the registers
 * @claimer: the port's claimer
 *
 * The registers are saved only if pb_registers_before_claim() keeps what is
 * saved.
 *
 * Context: any; the claimer gives the port up, and nobody else has it yet.
 */
static inline void pb_registers_save(struct pb_registers *registers,
				     struct pardevice *claimer)
{
	if (pb_registers_are_a_files(registers))
		claimer->port->ops->save_state(claimer->port, claimer->state);
}

#endif /* _PB_REGISTERS_H */
