# SPDX-License-Identifier: GPL-2.0
# make                   build parbiter.ko for the running kernel, or for KDIR=...
# make tools             build the command tools/parbiter
# make cups              build the backend of CUPS (needs libcups2-dev)
# make install-cups      install it (uninstall-cups removes it)
# make install           install module and command, and the udev rule for the devices
# make install-parport-names  let programs that open /dev/parportN find parbiter
# make uninstall         remove what "make install" and "make install-parport-names" put
#                        there, for all kernels; the module stays loaded
# make dkms-install      like "make install", but DKMS builds the module, and builds it again
#                        for each new kernel
# make dkms-remove       remove what "make dkms-install" put there
# make deb               build Debian packages in build/deb
# make dist              make an archive of the commit in build/dist
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
# make matrix            build for each kernel that Debian has, and run some tests there; with
#                        a table at the end (K="KERNEL ...": on these kernels)
# make package-test      install, upgrade and purge the packages on a minimal Debian 12
#                        and 13; takes an hour for both
# make coverage          measure which lines and branches of src/ the tests run
# make bench             count what each call costs, and compare it to other means
# make docs              build the documentation as HTML in build/docs/html

# A link "build" may dangle: the headers are removed, the directory is not.
MODULES ?= /lib/modules
RUNNING := $(MODULES)/$(shell uname -r)/build
INSTALLED := $(patsubst %/Makefile,%,$(lastword \
	$(shell ls -dv "$(MODULES)"/*/build/Makefile 2>/dev/null)))
KDIR ?= $(if $(wildcard $(RUNNING)/Makefile),$(RUNNING),$(INSTALLED))
UDEVDIR ?= /etc/udev/rules.d
KBUILD = $(MAKE) -C $(KDIR) M=$(CURDIR)

all: kdir
	@$(KBUILD) modules

kdir:
	@test "$(words $(CURDIR))" = 1 || { echo "Kbuild cannot compile a module in a" \
	"directory whose path has a blank: move these sources," \
	"or use a path without one (\"make tools\" works here)" >&2; exit 1; }
	@test -f "$(KDIR)/Makefile" || { echo "no kernel headers: install" \
	"linux-headers-$$(uname -r), or say make KDIR=..." >&2; exit 1; }
	@test "$(origin KDIR)" != file || test "$(KDIR)" = "$(RUNNING)" || \
	echo "no headers for the running kernel $$(uname -r):" \
	"building for $(KDIR)" >&2

# Debian's headers lack what Kbuild's own depmod and signing need.
tools:
	@$(MAKE) --no-print-directory -C tools

cups install-cups uninstall-cups:
	@$(MAKE) --no-print-directory -C tools $@

install: all tools
	$(KBUILD) CONFIG_MODULE_SIG_ALL= INSTALL_MOD_PATH=$(DESTDIR) \
		modules_install
	/sbin/depmod -b "$(DESTDIR)/" \
		"$$(/sbin/modinfo -F vermagic parbiter.ko | cut -d' ' -f1)"
	@$(MAKE) --no-print-directory install-tools

install-tools: tools
	install -D -m 644 udev/60-parbiter.rules \
		$(DESTDIR)$(UDEVDIR)/60-parbiter.rules
	$(MAKE) -C tools install

dkms-install: install-tools
	@scripts/dkms install

dkms-remove:
	@scripts/dkms remove
	@$(MAKE) --no-print-directory uninstall

# For all kernels, because modules of earlier kernels may be left.
uninstall:
	@for dir in "$(DESTDIR)"/lib/modules/*; do \
		set -- "$$dir"/*/parbiter.ko*; \
		test -f "$$1" || continue; \
		echo "removing $$*"; \
		rm -f "$$@" && /sbin/depmod -b "$(DESTDIR)/" "$${dir##*/}"; \
	done
	rm -f "$(DESTDIR)$(UDEVDIR)/60-parbiter.rules" \
		"$(DESTDIR)$(UDEVDIR)/61-parbiter-parport.rules"
	@$(MAKE) --no-print-directory -C tools uninstall

install-parport-names:
	install -D -m 644 udev/61-parbiter-parport.rules \
		$(DESTDIR)$(UDEVDIR)/61-parbiter-parport.rules

clean: kdir
	@$(KBUILD) clean
	@$(MAKE) --no-print-directory -C tools clean
	rm -rf build

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

check static explore storm sequences mutants kunit counts coverage demo docs bench deb dist package-test:
	@scripts/$@

e2e:
	@scripts/e2e $(T)

matrix:
	@scripts/matrix $(K)

.PHONY: all kdir tools cups install-cups uninstall-cups install install-tools dkms-install dkms-remove uninstall install-parport-names clean help check static explore storm sequences mutants kunit counts e2e matrix coverage demo docs bench deb dist package-test
