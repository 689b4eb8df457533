# SPDX-License-Identifier: GPL-2.0
# Recipes of make(1) that need parport0, in their turn. "make -j" may start both: one
# waits for the other, and for whoever else uses the port. At Ctrl-C parbiter dies of the
# signal, so make ends, too.
PORT = parport0
WITH_PORT = parbiter run --timeout=10m $(PORT) --

all: flash reading

flash: main.hex
	$(WITH_PORT) program-chip $<
	touch $@

reading:
	$(WITH_PORT) read-sensor >$@

.PHONY: all
.DELETE_ON_ERROR:
