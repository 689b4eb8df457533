# SPDX-License-Identifier: GPL-2.0
# make            build parbiter.ko for the running kernel, or for KDIR=...
# make tools      build the command tools/parbiter
# make install    install both, and the udev rule for the devices
# make install-parport-names  programs for ppdev find parbiter, see uapi.rst
# make clean
# make demo       see it work, in a virtual machine
# make check      all tests: static, kunit, counts, e2e, which also run alone
# make e2e T=name one end-to-end test
# make docs       the documentation as HTML: build/docs/html
# make bench      measure it by counting instructions

RUNNING := /lib/modules/$(shell uname -r)/build
INSTALLED := $(shell ls -dv /lib/modules/*/build 2>/dev/null | tail -n 1)
KDIR ?= $(if $(wildcard $(RUNNING)/Makefile),$(RUNNING),$(INSTALLED))
UDEVDIR ?= /etc/udev/rules.d
KBUILD = $(MAKE) -C $(KDIR) M=$(CURDIR)

all: kdir
	@$(KBUILD) modules

kdir:
	@test -f "$(KDIR)/Makefile" || { echo "no kernel headers: install" \
	"linux-headers-$$(uname -r), or say make KDIR=..." >&2; exit 1; }
	@test "$(origin KDIR)" != file || test "$(KDIR)" = "$(RUNNING)" || \
	echo "no headers for the running kernel $$(uname -r):" \
	"building for $(KDIR)" >&2

# Debian's headers lack what Kbuild's own depmod and signing need.
tools:
	@$(MAKE) --no-print-directory -C tools

install: all tools
	$(KBUILD) CONFIG_MODULE_SIG_ALL= INSTALL_MOD_PATH=$(DESTDIR) \
		modules_install
	/sbin/depmod -b "$(DESTDIR)/" \
		"$$(/sbin/modinfo -F vermagic parbiter.ko | cut -d' ' -f1)"
	install -D -m 644 udev/60-parbiter.rules \
		$(DESTDIR)$(UDEVDIR)/60-parbiter.rules
	$(MAKE) -C tools install

install-parport-names:
	install -D -m 644 udev/61-parbiter-parport.rules \
		$(DESTDIR)$(UDEVDIR)/61-parbiter-parport.rules

clean: kdir
	@$(KBUILD) clean
	@$(MAKE) --no-print-directory -C tools clean
	rm -rf build

help:
	@sed -n '/^# make/s/^# //p' Makefile

check static kunit counts demo docs bench:
	@scripts/$@

e2e:
	@scripts/e2e $(T)

.PHONY: all kdir tools install install-parport-names clean help check static kunit counts e2e demo docs bench
