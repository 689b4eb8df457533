/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_LIST_H
#define _USER_LINUX_LIST_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Plain accesses: the arbiter uses lists under its lock only. */
struct list_head {
	struct list_head *next, *prev;
};

/* What list_del() leaves, so that a second list_del() is noticed */
#define LIST_POISON1	((struct list_head *)0x100)
#define LIST_POISON2	((struct list_head *)0x122)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void list_add_tail(struct list_head *entry,
				 struct list_head *head)
{
	entry->next = head;
	entry->prev = head->prev;
	head->prev->next = entry;
	head->prev = entry;
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry(pointer, type, member)				\
	container_of(pointer, type, member)

#define list_first_entry(head, type, member)				\
	list_entry((head)->next, type, member)

#define list_first_entry_or_null(head, type, member)			\
({									\
	struct list_head *__first = (head)->next;			\
									\
	__first == (head) ? NULL : list_entry(__first, type, member);	\
})

#endif /* _USER_LINUX_LIST_H */
