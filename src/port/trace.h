/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trace events "parbiter:*". Documentation/tracing.rst describes them.
 *
 * What clients do is traced by pb_client_traced(). While one of those events is on,
 * ARBITER_TRACED is set in the state word of every port, so that a Try and a Free take
 * the slow path, which has the events. While all are off, the fast paths do not know of
 * them.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM parbiter

#if !defined(_PB_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _PB_TRACE_H

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <uapi/linux/parbiter.h>

#include "arbiter/arbiter.h"

#ifndef _PB_TRACE_TYPES
#define _PB_TRACE_TYPES

/**
 * struct pb_trace_who - a client, as events show it
 * @client: tells clients of one process apart
 * @pid: its process's number in the first pid namespace; 0: a driver, or nobody
 * @comm: the name of the process or of the driver; "": nobody
 */
struct pb_trace_who {
	const void *client;
	pid_t pid;
	const char *comm;
};

#endif

#define pb_trace_reason(result)						\
	__print_symbolic(result,					\
			 { 0, "ok" },					\
			 { -ECANCELED, "canceled" },			\
			 { -ERESTARTSYS, "signal" },			\
			 { -ETIMEDOUT, "timeout" },			\
			 { -EBUSY, "busy" },				\
			 { -ENODEV, "gone" })

/*
 * A request was queued. @position counts from 1. The owner is the client that owns at
 * this time; without one, a native driver may own the port, or nobody yet.
 */
TRACE_EVENT_FN(parbiter_queued,
	TP_PROTO(unsigned int port, const struct pb_trace_who *who,
		 unsigned int position, const struct pb_trace_who *owner),
	TP_ARGS(port, who, position, owner),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(pid_t, pid)
		__array(char, comm, PARBITER_NAME_LEN)
		__field(const void *, client)
		__field(unsigned int, position)
		__field(pid_t, owner_pid)
		__array(char, owner_comm, PARBITER_NAME_LEN)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->pid = who->pid;
		strscpy(__entry->comm, who->comm, PARBITER_NAME_LEN);
		__entry->client = who->client;
		__entry->position = position;
		__entry->owner_pid = owner->pid;
		strscpy(__entry->owner_comm, owner->comm, PARBITER_NAME_LEN);
	),
	TP_printk("port=%u pid=%d comm=%s position=%u owner_pid=%d owner_comm=%s client=%p",
		  __entry->port, __entry->pid, __entry->comm,
		  __entry->position, __entry->owner_pid, __entry->owner_comm,
		  __entry->client),
	trace_begin, trace_end
);

/* A client becomes the owner, after it has waited in the queue, or by a Try (0). */
TRACE_EVENT_FN(parbiter_granted,
	TP_PROTO(unsigned int port, const struct pb_trace_who *who,
		 u64 wait_ns),
	TP_ARGS(port, who, wait_ns),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(pid_t, pid)
		__array(char, comm, PARBITER_NAME_LEN)
		__field(const void *, client)
		__field(u64, wait_ns)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->pid = who->pid;
		strscpy(__entry->comm, who->comm, PARBITER_NAME_LEN);
		__entry->client = who->client;
		__entry->wait_ns = wait_ns;
	),
	TP_printk("port=%u pid=%d comm=%s wait_ns=%llu client=%p",
		  __entry->port, __entry->pid, __entry->comm,
		  __entry->wait_ns,
		  __entry->client),
	trace_begin, trace_end
);

/* A request has ended without a grant. */
TRACE_EVENT_FN(parbiter_ended,
	TP_PROTO(unsigned int port, const struct pb_trace_who *who, int result,
		 u64 wait_ns),
	TP_ARGS(port, who, result, wait_ns),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(pid_t, pid)
		__array(char, comm, PARBITER_NAME_LEN)
		__field(const void *, client)
		__field(int, result)
		__field(u64, wait_ns)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->pid = who->pid;
		strscpy(__entry->comm, who->comm, PARBITER_NAME_LEN);
		__entry->client = who->client;
		__entry->result = result;
		__entry->wait_ns = wait_ns;
	),
	TP_printk("port=%u pid=%d comm=%s why=%s wait_ns=%llu client=%p",
		  __entry->port, __entry->pid, __entry->comm,
		  pb_trace_reason(__entry->result), __entry->wait_ns,
		  __entry->client),
	trace_begin, trace_end
);

/* The owner has freed. @waiters requests are queued. */
TRACE_EVENT_FN(parbiter_freed,
	TP_PROTO(unsigned int port, const struct pb_trace_who *who,
		 u64 hold_ns, unsigned int waiters),
	TP_ARGS(port, who, hold_ns, waiters),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(pid_t, pid)
		__array(char, comm, PARBITER_NAME_LEN)
		__field(const void *, client)
		__field(u64, hold_ns)
		__field(unsigned int, waiters)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->pid = who->pid;
		strscpy(__entry->comm, who->comm, PARBITER_NAME_LEN);
		__entry->client = who->client;
		__entry->hold_ns = hold_ns;
		__entry->waiters = waiters;
	),
	TP_printk("port=%u pid=%d comm=%s hold_ns=%llu waiters=%u client=%p",
		  __entry->port, __entry->pid, __entry->comm,
		  __entry->hold_ns, __entry->waiters,
		  __entry->client),
	trace_begin, trace_end
);

/* A Try has failed. The owner is as for parbiter_queued. */
TRACE_EVENT_FN(parbiter_refused,
	TP_PROTO(unsigned int port, const struct pb_trace_who *who, int result,
		 const struct pb_trace_who *owner),
	TP_ARGS(port, who, result, owner),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(pid_t, pid)
		__array(char, comm, PARBITER_NAME_LEN)
		__field(const void *, client)
		__field(int, result)
		__field(pid_t, owner_pid)
		__array(char, owner_comm, PARBITER_NAME_LEN)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->pid = who->pid;
		strscpy(__entry->comm, who->comm, PARBITER_NAME_LEN);
		__entry->client = who->client;
		__entry->result = result;
		__entry->owner_pid = owner->pid;
		strscpy(__entry->owner_comm, owner->comm, PARBITER_NAME_LEN);
	),
	TP_printk("port=%u pid=%d comm=%s why=%s owner_pid=%d owner_comm=%s client=%p",
		  __entry->port, __entry->pid, __entry->comm,
		  pb_trace_reason(__entry->result),
		  __entry->owner_pid, __entry->owner_comm,
		  __entry->client),
	trace_begin, trace_end
);

/*
 * A native driver asks for the port while parbiter has the core claim. @native is its
 * name; "": there are several, and the core does not say which. @handed: it is given
 * the port at once.
 */
TRACE_EVENT_FN(parbiter_native_asked,
	TP_PROTO(unsigned int port, const char *native, bool handed),
	TP_ARGS(port, native, handed),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__array(char, native, PARBITER_NAME_LEN)
		__field(bool, handed)
	),
	TP_fast_assign(
		__entry->port = port;
		strscpy(__entry->native, native, PARBITER_NAME_LEN);
		__entry->handed = handed;
	),
	TP_printk("port=%u native=%s handed=%d", __entry->port,
		  __entry->native, __entry->handed),
	trace_begin, trace_end
);

TRACE_DEFINE_ENUM(ARBITER_CLAIMED);
TRACE_DEFINE_ENUM(ARBITER_REFUSED);
TRACE_DEFINE_ENUM(ARBITER_LATER);

/*
 * parbiter has tried to get the core claim. "refused": a native driver has it. "later":
 * the core cannot be called in this context, so a work item tries again.
 */
TRACE_EVENT(parbiter_claim,
	TP_PROTO(unsigned int port, enum arbiter_claim claim),
	TP_ARGS(port, claim),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(int, claim)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->claim = claim;
	),
	TP_printk("port=%u result=%s", __entry->port,
		  __print_symbolic(__entry->claim,
				   { ARBITER_CLAIMED, "claimed" },
				   { ARBITER_REFUSED, "refused" },
				   { ARBITER_LATER, "later" }))
);

/* parbiter has given the core claim back; not @done: a work item does so soon. */
TRACE_EVENT(parbiter_release,
	TP_PROTO(unsigned int port, bool done),
	TP_ARGS(port, done),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(bool, done)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->done = done;
	),
	TP_printk("port=%u result=%s", __entry->port,
		  __entry->done ? "released" : "later")
);

/* The port goes away. After this, its requests end, and its owner does not own. */
TRACE_EVENT(parbiter_removed,
	TP_PROTO(unsigned int port, unsigned int waiters),
	TP_ARGS(port, waiters),
	TP_STRUCT__entry(
		__field(unsigned int, port)
		__field(unsigned int, waiters)
	),
	TP_fast_assign(
		__entry->port = port;
		__entry->waiters = waiters;
	),
	TP_printk("port=%u waiters=%u", __entry->port, __entry->waiters)
);

#endif /* _PB_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH port
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
