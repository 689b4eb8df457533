# Variables for make, see scripts/kernels.
CC=clang
