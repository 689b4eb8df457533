#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# All events as they happen (perf)
perf trace --all-cpus --event 'parbiter:*'
