// SPDX-License-Identifier: GPL-2.0
/* What is undone when the owner of a port gives it up. */
#include "port.h"
#include "undo.h"

/**
 * pb_undo() - undo what the owner has changed, before others get the port
 * @port: a port; its owner has stopped being owner, nobody else owns yet, and
 *	the core claim is held unless the port is gone
 *
 * Context: any but NMI.
 */
void pb_undo(struct pb_port *port)
{
	/* In ECP mode, what is written as data would be an address. */
	pb_ecr_undo(port);
	pb_select_undo(port);
}
