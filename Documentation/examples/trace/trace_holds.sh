#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A histogram of how long each program owns a port, every 5 seconds (bpftrace)
bpftrace -e 'tracepoint:parbiter:parbiter_freed { @hold_us[args->comm] = hist(args->hold_ns / 1000); }
	interval:s:5 { print(@hold_us); }'
