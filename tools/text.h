/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <linux/parbiter.h>

#define TEXT_LEN	160	/* enough for any phrase made here */

/* Replaces what could control a terminal or upset a table. */
void text_clean(char *s);

/* "12.3 s", "4 min 05 s", "2 h 07 min" */
void text_duration(char *s, size_t size, uint64_t ns);

/* "812 B/s", "12.3 kB/s", "1.5 MB/s" */
void text_rate(char *s, size_t size, uint64_t bytes, double seconds);

/* "PCSPP,TRISTATE": the words of /proc/sys/dev/parport/parportN/modes */
void text_modes(char *s, size_t size, unsigned int modes);

/* "0x378", "0x378,0x778"; "-": no such port */
void text_address(char *s, size_t size, uint64_t base, uint64_t base_hi);

/*
 * "avrdude (pid 12)", "lp (native driver)", "x (kernel driver)",
 * "sh (hidden or ended process)"
 */
void text_owner(char *s, size_t size, const struct parbiter_status *status);

/* "owned by avrdude (pid 12), 2 waiting" */
void text_state(char *s, size_t size, const struct parbiter_status *status);

/* "owned by avrdude (pid 12) for 3.2 s, 2 waiting" */
void text_state_now(char *s, size_t size, const struct parbiter_status *status);

/* "process", "driver", "native": what kind of owner there is */
const char *text_kind_word(const struct parbiter_status *status);

/* "free", "owned", "native" */
const char *text_state_word(const struct parbiter_status *status);

#endif /* TOOLS_TEXT_H */
