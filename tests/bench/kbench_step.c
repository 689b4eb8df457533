// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the locked operations of a call, and its instructions by function. The
 * processor's trap flag stops before each instruction, which is then inspected.
 */
#include <linux/kdebug.h>
#include <linux/limits.h>
#include <linux/notifier.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <asm/debugreg.h>
#include <asm/processor-flags.h>

#include "kbench_internal.h"

#define PREFIX_LOCK	0xf0

#define STEPS_MAX	4096
#define FUNCTIONS_MAX	64

/**
 * struct step_function - the instructions executed in one function
 * @name: the function's name
 * @count: their number
 */
struct step_function {
	char name[48];
	unsigned int count;
};

static unsigned int step_locked;
static bool step_on;
static unsigned long step_at[STEPS_MAX];	/* each instruction's address */
static unsigned int step_count;

static bool is_prefix(u8 byte)
{
	return byte == 0x66 || byte == 0x67 ||		/* sizes */
	       byte == 0xf2 || byte == 0xf3 ||		/* repeated */
	       byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x26 ||
	       byte == 0x64 || byte == 0x65 ||		/* segments */
	       (byte & 0xf0) == 0x40;			/* REX */
}

/* The exchange instruction locks memory without a prefix. */
static bool is_locked(const u8 *code)
{
	while (is_prefix(*code))
		code++;
	return *code == PREFIX_LOCK ||
	       ((code[0] == 0x86 || code[0] == 0x87) && code[1] < 0xc0);
}

static int step_trap(struct notifier_block *nb, unsigned long event, void *data)
{
	struct die_args *args = data;

	if (event != DIE_DEBUG || !step_on)
		return NOTIFY_DONE;
	if (step_count < STEPS_MAX)
		step_at[step_count++] = args->regs->ip;
	if (is_locked((const u8 *)args->regs->ip))
		step_locked++;
	return NOTIFY_STOP;
}

static struct notifier_block step_notifier = {
	.notifier_call = step_trap,
	.priority = INT_MAX,
};

/**
 * kbench_step() - count a call's locked operations, or its instructions
 * @b: the measurement
 * @once: the call; nothing is counted in interrupts that come meanwhile
 *
 * Return: the number.
 */
unsigned int kbench_step(struct kbench *b, void (*once)(struct kbench *b))
{
	step_locked = 0;
	step_count = 0;
	step_on = true;
	asm volatile("pushf; orl %0, (%%rsp); popf"
		     : : "i" (X86_EFLAGS_TF) : "memory", "cc");
	once(b);
	asm volatile("pushf; andl %0, (%%rsp); popf"
		     : : "i" (~X86_EFLAGS_TF) : "memory", "cc");
	step_on = false;
	return b->unit == KBENCH_UNIT_LOCKED ? step_locked : step_count;
}

/* Count an instruction in the function @name; an empty name ends the list. */
static void step_add(struct step_function *functions, const char *name)
{
	unsigned int i;

	for (i = 0; i < FUNCTIONS_MAX; i++) {
		if (!*functions[i].name)
			strscpy(functions[i].name, name,
				sizeof(functions[i].name));
		if (!strcmp(functions[i].name, name)) {
			functions[i].count++;
			return;
		}
	}
}

/**
 * kbench_steps() - list the functions in which the last call's instructions were
 * @text: a page, to be filled with lines "COUNT FUNCTION"
 *
 * Return: the length of the text, or -ENOMEM.
 */
int kbench_steps(char *text)
{
	struct step_function *functions;
	char name[sizeof(functions->name)];
	unsigned int i;
	int len = 0;

	functions = kcalloc(FUNCTIONS_MAX, sizeof(*functions), GFP_KERNEL);
	if (!functions)
		return -ENOMEM;
	for (i = 0; i < step_count; i++) {
		snprintf(name, sizeof(name), "%ps", (void *)step_at[i]);
		/* Drop the module's name, which follows the function's. */
		*strchrnul(name, ' ') = '\0';
		step_add(functions, name);
	}
	for (i = 0; i < FUNCTIONS_MAX && functions[i].count; i++)
		len += sysfs_emit_at(text, len, "%u %s\n", functions[i].count,
				     functions[i].name);
	kfree(functions);
	return len;
}

int kbench_step_begin(void)
{
	return register_die_notifier(&step_notifier);
}

void kbench_step_end(void)
{
	unregister_die_notifier(&step_notifier);
}
