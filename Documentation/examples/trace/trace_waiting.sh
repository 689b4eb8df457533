#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who waits for whom, as it happens (trace-cmd)
trace-cmd stream -e parbiter:parbiter_queued
