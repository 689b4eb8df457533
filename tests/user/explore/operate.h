/* SPDX-License-Identifier: GPL-2.0 */
/* What the fibers of a scenario do, and what they note of the results. */
#ifndef _EXPLORE_OPERATE_H
#define _EXPLORE_OPERATE_H

/* Make the world in which the scenario begins. */
void operate_begin(void);

#endif /* _EXPLORE_OPERATE_H */
