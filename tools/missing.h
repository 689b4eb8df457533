/* SPDX-License-Identifier: GPL-2.0 */
/* Why the module parbiter is not loaded */
#ifndef TOOLS_MISSING_H
#define TOOLS_MISSING_H

/* Print why the module is not loaded, and the remedy. Return EXIT_NO_MODULE. */
int missing_explain(void);

#endif /* TOOLS_MISSING_H */
