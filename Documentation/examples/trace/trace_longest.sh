#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The longest holders since the beginning, every 5 seconds (bpftrace)
bpftrace -e 'tracepoint:parbiter:parbiter_freed { @longest_us[args->port, args->comm] = max(args->hold_ns / 1000); }
	interval:s:5 { print(@longest_us, 10); }'
