// SPDX-License-Identifier: GPL-2.0
/*
 * DbgPrint() of the driver kit: what formats of Windows print, and that nothing is
 * read that a format does not promise. The strings that are not to be read further are
 * in memory of their size, so that KASAN tells.
 */
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <parbiter/wdk/wdm.h>

#include "client/wdk.h"
#include "lib/fixture.h"

#define TEXT_LEN	64

/**
 * struct print_case - a format and what it prints
 * @format: the format
 * @text: the text
 * @args: up to four arguments, each as large as a pointer; a number that has 32 bits
 *	has others above them, which are not to be printed
 */
struct print_case {
	const char *format;
	const char *text;
	unsigned long args[4];
};

#define ARG(pointer)	((unsigned long)(pointer))
#define INT(value)	((unsigned long)(value) | 0x7700000000000000UL)

static void print_to(char *text, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	pb_print_text(text, size, format, args);
	va_end(args);
}

static void print_check(struct kunit *test, const struct print_case *c)
{
	char text[TEXT_LEN];

	print_to(text, sizeof(text), c->format, c->args[0], c->args[1],
		 c->args[2], c->args[3]);
	KUNIT_EXPECT_STREQ_MSG(test, text, c->text, "format: %s", c->format);
}

/* On 64-bit machines, each of these arguments has the place of a long. */
static void numbers(struct kunit *test)
{
	static const struct print_case cases[] = {
		{ "%d %i|", "-7 7|", { INT(0xfffffff9), INT(7) } },
		{ "%5d|%-5d|%05d|", "    7|7    |00007|",
		  { INT(7), INT(7), INT(7) } },
		{ "%+d % d|", "+7  7|", { INT(7), INT(7) } },
		{ "%*d|%-*d|", "    7|7  |", { INT(5), INT(7), INT(3), INT(7) } },
		{ "%*d|", "7    |", { INT(0xfffffffb), INT(7) } },
		{ "%.3d|%.*d|", "007|0007|", { INT(7), INT(4), INT(7) } },
		{ "%u %o|", "4294967295 17|", { INT(0xffffffff), INT(15) } },
		{ "%x %X %#x|", "ab AB 0xab|", { INT(0xab), INT(0xab), INT(0xab) } },
		{ "%08lx %lX|", "c0000120 AB|", { INT(0xc0000120), INT(0xab) } },
		{ "%hx %hd %hhx %hhd|", "5678 -2 78 -2|",
		  { INT(0x345678), INT(0x1fffe), INT(0x345678), INT(0x1fe) } },
		{ "%I32x %I32d|", "ab -7|", { INT(0xab), INT(0xfffffff9) } },
		{ "%d%%|%5", "7%|%5", { INT(7) } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		print_check(test, &cases[i]);
}

static void numbers_of_64_bits(struct kunit *test)
{
	static const struct print_case cases[] = {
		{ "%I64x %I64d %llu %llx|", "5f5e10000000000 -2 7 7|",
		  { 0x5f5e10000000000, -2UL, 7, 7 } },
		{ "%Ix %zx %tx %Iu|", "123456789a 123456789a 123456789a 7|",
		  { 0x123456789a, 0x123456789a, 0x123456789a, 7 } },
		{ "%jd|", "-5000000000|", { -5000000000 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		print_check(test, &cases[i]);
}

/* h means narrow characters, l and w wide ones; without them, the letter says so. */
static void strings(struct kunit *test)
{
	static const UNICODE_STRING wide = {
		.Length = 10, .Buffer = (PWSTR)L"Counted",
	};
	static const ANSI_STRING narrow = { .Length = 5, .Buffer = "Counted" };
	static const UNICODE_STRING none;
	const struct print_case cases[] = {
		{ "%s %S %ws %ls|", "ab cd ef gh|",
		  { ARG("ab"), ARG(L"cd"), ARG(L"ef"), ARG(L"gh") } },
		{ "%hs %hS %lS %wS|", "ab cd ef gh|",
		  { ARG("ab"), ARG("cd"), ARG(L"ef"), ARG(L"gh") } },
		{ "%5s|%-5s|%5S|%-5ws|", "   ab|ab   |   cd|cd   |",
		  { ARG("ab"), ARG("ab"), ARG(L"cd"), ARG(L"cd") } },
		{ "%.1s %.1S %.s|", "a c |", { ARG("ab"), ARG(L"cd"), ARG("ab") } },
		{ "%.*s %*s|", "a    ab|", { INT(1), ARG("ab"), INT(5), ARG("ab") } },
		{ "%c %C %hC %wc|", "a ? b c|",
		  { INT('a'), INT(0x20ac), INT('b'), INT('c') } },
		{ "%3c|%-3C|", "  a|b  |", { INT('a'), INT('b') } },
		{ "%wZ,%Z,%hZ,%7wZ|", "Count,Count,Count,  Count|",
		  { ARG(&wide), ARG(&narrow), ARG(&narrow), ARG(&wide) } },
		{ "%.2wZ %.2Z|", "Co Co|", { ARG(&wide), ARG(&narrow) } },
		{ "%s %S %Z %wZ|", "(null) (null) (null) (null)|", {} },
		{ "%wZ %s|", "(null) (efault)|", { ARG(&none), 7 } },
		{ "%S|", "?|", { ARG(L"\x20ac") } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		print_check(test, &cases[i]);
}

/* What comes after an unknown conversion is not a format any more. */
static void unknown_conversions(struct kunit *test)
{
	static const struct print_case cases[] = {
		{ "%q %s", "%q %s", { 1, 2 } },
		{ "a %n %s", "a %n %s", { 1, 2 } },
		{ "%f %s", "%f %s", { 1, 2 } },
		{ "%5.3y", "%5.3y", {} },
		{ "%", "%", {} },
		{ "%ll", "%ll", {} },
		{ "%pS%pK", "0000000000000001S0000000000000002K", { 1, 2 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		print_check(test, &cases[i]);
}

/* The addresses of a port are numbers; those of memory are not told. */
static void addresses(struct kunit *test)
{
	char text[TEXT_LEN], real[TEXT_LEN];

	print_to(text, sizeof(text), "%p|", (void *)0x378);
	KUNIT_EXPECT_STREQ(test, text, "0000000000000378|");
	print_to(text, sizeof(text), "%p|", (void *)0xffff);
	KUNIT_EXPECT_STREQ(test, text, "000000000000FFFF|");
	print_to(text, sizeof(text), "%p", text);
	snprintf(real, sizeof(real), "%lx", (unsigned long)text);
	KUNIT_EXPECT_NULL(test, strstr(text, real));
	KUNIT_EXPECT_GE(test, strlen(text), (size_t)2 * sizeof(void *));
}

/* Lengths that no text has */
static void huge_lengths(struct kunit *test)
{
	char text[TEXT_LEN];

	print_to(text, sizeof(text), "%2147483648d", 1);
	KUNIT_EXPECT_EQ(test, strlen(text), sizeof(text) - 1);
	print_to(text, sizeof(text), "%*d", INT_MIN, 1);
	KUNIT_EXPECT_EQ(test, strlen(text), sizeof(text) - 1);
	print_to(text, sizeof(text), "%.99999999999s|", "ab");
	KUNIT_EXPECT_STREQ(test, text, "ab|");
	print_to(text, 4, "%s", "abcdef");
	KUNIT_EXPECT_STREQ(test, text, "abc");
}

static const char * const print_flags[] = { "", "-", "0", "+ #" };
static const char * const print_widths[] = { "", "1", "9" };
static const char * const print_sizes[] = { "", "h", "l", "w" };

static void print_string_of_its_size(struct kunit *test, const char *format,
				     char *text)
{
	bool wide = strpbrk(format, "lw") ||
		    (strchr(format, 'S') && !strchr(format, 'h'));
	size_t size = wide ? 6 : 3;
	char *string = kmalloc(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, string);
	memcpy(string, wide ? (const void *)L"abc" : "abc", size);
	print_to(text, TEXT_LEN, format, string);
	kfree(string);
}

/*
 * Strings without a final zero, in memory of their size, with each combination of
 * flags, widths, sizes and letters, and a precision that just reaches their end
 */
static void nothing_is_read_beyond(struct kunit *test)
{
	static const char letters[] = { 's', 'S' };
	const unsigned int flags = ARRAY_SIZE(print_flags);
	const unsigned int widths = ARRAY_SIZE(print_widths);
	const unsigned int sizes = ARRAY_SIZE(print_sizes);
	unsigned int i, all = flags * widths * sizes * ARRAY_SIZE(letters);
	char text[TEXT_LEN], format[24];

	for (i = 0; i < all; i++) {
		snprintf(format, sizeof(format), "%%%s%s.3%s%c",
			 print_flags[i % flags],
			 print_widths[i / flags % widths],
			 print_sizes[i / flags / widths % sizes],
			 letters[i / flags / widths / sizes]);
		print_string_of_its_size(test, format, text);
		KUNIT_EXPECT_STREQ_MSG(test, strim(text), "abc", "format: %s",
				       format);
	}
}

/* A narrow string of one character, as the first thing that went wrong */
static void a_narrow_string_of_one_character(struct kunit *test)
{
	char text[TEXT_LEN], *string = kmalloc(2, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, string);
	memcpy(string, "b", 2);
	print_to(text, sizeof(text), "%hS|", string);
	kfree(string);
	KUNIT_EXPECT_STREQ(test, text, "b|");
}

static struct kunit_case print_cases[] = {
	KUNIT_CASE(numbers),
	KUNIT_CASE(numbers_of_64_bits),
	KUNIT_CASE(strings),
	KUNIT_CASE(unknown_conversions),
	KUNIT_CASE(addresses),
	KUNIT_CASE(huge_lengths),
	KUNIT_CASE(nothing_is_read_beyond),
	KUNIT_CASE(a_narrow_string_of_one_character),
	{}
};

struct kunit_suite print_suite = {
	.name = "parbiter-wdk-print",
	.test_cases = print_cases,
};
