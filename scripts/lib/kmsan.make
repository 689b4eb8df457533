# Variables for make, see scripts/kernels. gcc has no detector like KMSAN.
CC=clang
