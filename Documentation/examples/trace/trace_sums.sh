#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# How often and for how long each program has owned, in 10 seconds; needs no program
# but a shell
cd /sys/kernel/tracing/events/parbiter/parbiter_freed || exit
sums=hist:keys=comm:vals=hold_ns:sort=hold_ns.descending
trap 'echo "!$sums" >trigger' EXIT
trap exit HUP INT TERM		# Ctrl-C must not leave the trigger on
echo "$sums" >trigger || exit
sleep 10
cat hist
