// SPDX-License-Identifier: GPL-2.0
/*
 * A target for libFuzzer: the input is a sequence of calls and of answers of
 * the backing. After each call the arbiter must agree with the model.
 */
#include "world.h"

int LLVMFuzzerTestOneInput(const u8 *input, size_t size);

int LLVMFuzzerTestOneInput(const u8 *input, size_t size)
{
	story_begin();
	world_create();
	step_begin(input, size);
	while (!step_is_over())
		step_next();
	world_destroy();
	return 0;
}
