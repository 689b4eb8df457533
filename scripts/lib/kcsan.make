# Variables for make, see scripts/kernels. Accesses to memory are watched in the
# parport core, in its drivers, and in modules that are built for this kernel, but not
# in the rest of the kernel: the detector watches one access in some hundreds, which
# would hardly ever be one of parbiter's, and it would report races of others.
# Barriers count everywhere (the vDSO has no detector to call).
KCSAN_SANITIZE=n
KCSAN_SANITIZE_share.o=y
KCSAN_SANITIZE_ieee1284.o=y
KCSAN_SANITIZE_ieee1284_ops.o=y
KCSAN_SANITIZE_procfs.o=y
KCSAN_SANITIZE_daisy.o=y
KCSAN_SANITIZE_probe.o=y
KCSAN_SANITIZE_parport_pc.o=y
KCSAN_SANITIZE_lp.o=y
KCSAN_SANITIZE_ppdev.o=y
KCSAN_INSTRUMENT_BARRIERS=y
KCSAN_INSTRUMENT_BARRIERS_vclock_gettime.o=n
KCSAN_INSTRUMENT_BARRIERS_vgetcpu.o=n
