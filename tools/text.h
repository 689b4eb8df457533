/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <linux/parbiter.h>

#define TEXT_LEN	160	/* bytes; enough for each text of this file */

/* Format a time of @ns nanoseconds: "12.3 s", "4 min 05 s", "2 h 07 min". */
void text_duration(char *s, size_t size, uint64_t ns);

/* The same without the fraction of a second: "12 s", "4 min 05 s", "2 h 07 min". */
void text_seconds(char *s, size_t size, uint64_t ns);

/* Format a data rate: "812 B/s", "12.3 kB/s", "1.5 MB/s". */
void text_rate(char *s, size_t size, uint64_t bytes, double seconds);

/*
 * Format those PARPORT_MODE_* bits that /proc/sys/dev/parport/parportN/modes has, as
 * it has them: what is printed must not depend on who may open the port.
 */
void text_modes(char *s, size_t size, unsigned int modes);

/* Format the addresses of a port: "0x378" or "0x378,0x778"; "-": not known. */
void text_address(char *s, size_t size, uint64_t base, uint64_t base_hi);

/*
 * Format the owner, or the native driver that holds the port:
 * "avrdude (pid 12)", "lp (native driver)", "x (kernel driver)",
 * "sh (hidden or ended process)", "nobody".
 */
void text_owner(char *s, size_t size, const struct parbiter_status *status);

/*
 * Format the state: "owned by avrdude (pid 12), 2 waiting"; with a selected device:
 * "owned by scan (pid 12) (device 0)".
 */
void text_state(char *s, size_t size, const struct parbiter_status *status);

/* Format the state: "owned by avrdude (pid 12) for 3.2 s, 2 waiting". */
void text_state_since(char *s, size_t size, const struct parbiter_status *status);

/* The same without the fraction of a second. */
void text_state_seconds(char *s, size_t size, const struct parbiter_status *status);

/* Return "process", "driver" or "native" for a kind of owner or waiter. */
const char *text_kind_word(unsigned int kind);

/* Return "free", "owned", "native" or "unknown" for the state of the port. */
const char *text_state_word(const struct parbiter_status *status);

#endif /* TOOLS_TEXT_H */
