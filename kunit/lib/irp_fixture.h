/* SPDX-License-Identifier: GPL-2.0 */
/* Windows drivers, as far as parbiter sees them: modules that send IRPs to a port. */
#ifndef _PARBITER_KUNIT_IRP_FIXTURE_H
#define _PARBITER_KUNIT_IRP_FIXTURE_H

#include <parbiter/parallel.h>
#include <parbiter/wdk/wdm.h>

#include "port_fixture.h"

#define IRP_MODULES	4

/**
 * struct irp_fixture - some drivers
 * @module: their modules, as far as parbiter looks at them
 * @device: the port of the test, as each of them has looked it up
 * @file: for further look-ups
 * @completed: for a completion routine: number of its calls
 * @answer: for a completion routine: what it returns
 */
struct irp_fixture {
	struct module *module[IRP_MODULES];
	PDEVICE_OBJECT device[IRP_MODULES];
	PFILE_OBJECT file;
	unsigned int completed;
	NTSTATUS answer;
};

NTSTATUS irp_look_up(struct module *module, unsigned int number,
		     PDEVICE_OBJECT *device);
struct module *irp_module(struct kunit *test);
struct irp_fixture *irp_init(struct kunit *test);
void irp_exit(struct irp_fixture *f);

#endif /* _PARBITER_KUNIT_IRP_FIXTURE_H */
