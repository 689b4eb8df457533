#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A histogram of how long requests wait for their grant, every 5 seconds (bpftrace)
bpftrace -e 'tracepoint:parbiter:parbiter_granted { @wait_us = hist(args->wait_ns / 1000); }
	interval:s:5 { print(@wait_us); }'
