# SPDX-License-Identifier: GPL-2.0
"""The parts of scripts/e2e; see the documentation of each module."""
