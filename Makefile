# SPDX-License-Identifier: GPL-2.0
# make                   build parbiter.ko for the running kernel, or for KDIR=...
# make tools             build the command tools/parbiter
# make install           install both, and the udev rule for the devices
# make install-parport-names  let programs that open /dev/parportN find parbiter
# make clean             delete what was built
# make help              print this list
#
# Tests and more. They install the Debian packages that they need, and load modules
# only in virtual machines:
# make demo              see it work
# make check             run the tests: static, explore, storm, sequences, kunit,
#                        counts and e2e
# make check T=AREA      run the tests of one directory of src/, such as T=port
# make check FULL=1      run everything on all kernels, as continuous integration does
# make static            run the checks that need no virtual machine
# make explore           run the arbiter in every order of its steps, in user space
# make storm             let threads call the arbiter at random, under sanitizers
# make sequences         compare the arbiter with a model, by libFuzzer
# make mutants           see whether tests notice deliberate faults
# make kunit             run the KUnit suites (T=AREA, T=TEXT: some of them; K=kcsan:
#                        on that kernel)
# make counts            check that no call costs more instructions than it may
# make e2e               run the end-to-end tests (T="AREA TEST ...": some of them;
#                        K="KERNEL ...": on these kernels; scripts/kernels --list)
# make coverage          measure which lines and branches of src/ the tests run
# make bench             count what each call costs, and compare it to other means
# make docs              build the documentation as HTML in build/docs/html

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
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

check static explore storm sequences mutants kunit counts coverage demo docs bench:
	@scripts/$@

e2e:
	@scripts/e2e $(T)

.PHONY: all kdir tools install install-parport-names clean help check static explore storm sequences mutants kunit counts e2e coverage demo docs bench
