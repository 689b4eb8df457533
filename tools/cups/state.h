/* SPDX-License-Identifier: GPL-2.0 */
/* The reasons for the printer's state that cupsd shows (printer-state-reasons) */
#ifndef TOOLS_CUPS_STATE_H
#define TOOLS_CUPS_STATE_H

/* Reasons, as bits */
enum {
	STATE_CONNECTING = 1 << 0,	/* waits for the port */
	STATE_OFFLINE = 1 << 1,		/* no port, or the printer is off-line */
	STATE_NO_PAPER = 1 << 2,
	STATE_ERROR = 1 << 3,
	STATE_ALL = (1 << 4) - 1,
};

/*
 * Remove all reasons of this backend: an earlier job may have left some, of which cupsd
 * removes only two at the end of a job.
 */
void state_begin(void);

/* Let these reasons be there, and no other reason of this backend. */
void state_set(unsigned int reasons);

/*
 * Take reasons back and set them again. cupsd cancels a job that has been connecting for
 * as long as its MaxJobTime says; this begins that time anew.
 */
void state_renew(unsigned int reasons);

#endif /* TOOLS_CUPS_STATE_H */
