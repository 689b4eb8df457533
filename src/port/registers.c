// SPDX-License-Identifier: GPL-2.0
/*
 * Whose settings the registers of a port have.
 *
 * A file keeps settings of its own, and brings them to the port when it uses
 * the port for the first time after a grant. It need not do so if nobody else
 * has changed the registers since the same file last used the port, or if the
 * core has just restored the same values with the claim.
 */
#include <linux/atomic.h>
#include <linux/parport.h>
#include <linux/string.h>

#include "registers.h"

/**
 * pb_registers_before_claim() - prepare for a claim by the claimer
 * @registers: the port's state of the registers
 * @claimer: the port's claimer
 * @model: a device of parbiter's, whose initial values are used
 *
 * With a claim, the core restores the registers that the claimer had when it
 * last gave the port up. If they are a file's, the file finds them in place
 * when it uses the port again, and no other values appear in between. What a
 * driver or a file that is gone has left must not come back: this replaces it
 * by initial values. In these, the interrupt is enabled if @model has an
 * interrupt function.
 *
 * Context: the context that claims for the arbiter, with BUSY set: only the
 * core uses claimer->state, in claims and releases, and those are the caller's.
 */
void pb_registers_before_claim(struct pb_registers *registers,
			       struct pardevice *claimer,
			       struct pardevice *model)
{
	if (!pb_registers_are_a_files(registers))
		claimer->port->ops->init_state(model, claimer->state);
}

/**
 * pb_registers_exchange() - save the claimer's registers, restore a native's
 * @claimer: the port's claimer
 * @native: the native driver's device
 *
 * Context: any; the claimer has just lost the claim, and nobody else has it.
 */
void pb_registers_exchange(struct pardevice *claimer, struct pardevice *native)
{
	struct parport *parport = claimer->port;

	parport->ops->save_state(parport, claimer->state);
	parport->ops->restore_state(parport, native->state);
}

/**
 * pb_registers_load() - bring a file's settings to the port
 * @registers: the port's state of the registers
 * @claimer: the port's claimer
 * @state: the settings
 *
 * The port is not touched if the registers have these settings already: the
 * same file has left them, or the core has restored equal values with the
 * claim. The latter happens for the first file that uses the port, and if there
 * is one file only beside native drivers.
 *
 * Context: the owner's, process.
 */
void pb_registers_load(struct pb_registers *registers,
		       struct pardevice *claimer, struct parport_state *state)
{
	unsigned long holder = READ_ONCE(registers->holder);
	struct parport *parport = claimer->port;

	if (holder == (unsigned long)state)
		return;
	if (holder != PB_REGISTERS_CLAIMED ||
	    memcmp(state, claimer->state, sizeof(*state)))
		parport->ops->restore_state(parport, state);
	WRITE_ONCE(registers->holder, (unsigned long)state);
}

/**
 * pb_registers_drop() - forget the settings of a file that goes away
 * @registers: the port's state of the registers
 * @state: the file's settings
 *
 * Another file may get the same address later, so it must not stay in
 * @registers. The file need not own: the current owner may write @registers at
 * the same time, hence the compare-and-exchange.
 *
 * Context: any.
 */
void pb_registers_drop(struct pb_registers *registers,
		       const struct parport_state *state)
{
	cmpxchg(&registers->holder, (unsigned long)state,
		PB_REGISTERS_UNKNOWN);
}
