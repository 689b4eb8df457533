// SPDX-License-Identifier: GPL-2.0
/*
 * DbgPrint() of the driver kit. Its formats differ from those of Linux: l means 32
 * bits, I64 means 64, and there are wide characters and counted strings. A
 * conversion that is not known must not be passed on, for Linux warns of such ones,
 * and takes some for pointers to its own structures.
 */
#include <linux/compiler.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <parbiter/wdk/wdm.h>

#include "wdk.h"

/* As on Windows, a longer text is cut. */
#define PRINT_LEN	512

/* An address below this is a number, such as that of an I/O port. */
#define PRINT_PORTS	0x10000

/**
 * struct print_text - a text in the making
 * @len: its length; its final zero is there already
 * @size: the size of @text
 * @text: the text
 */
struct print_text {
	size_t len;
	size_t size;
	char *text;
};

enum print_length {
	PRINT_CHAR,
	PRINT_SHORT,
	PRINT_INT,
	PRINT_LONG,
	PRINT_WIDE,
	PRINT_64,
	PRINT_POINTER = BITS_PER_LONG == 64 ? PRINT_64 : PRINT_INT,
};

/**
 * struct print_spec - a conversion of a format
 * @flags: the flags, of "-+ #0", each once at most
 * @width: the smallest number of characters
 * @precision: the number of digits, or the largest number of characters; -1: there is
 *	none
 * @length: the size that is written before the letter
 * @conversion: the letter; 0: not a known conversion
 */
struct print_spec {
	char flags[6];
	int width;
	int precision;
	enum print_length length;
	char conversion;
};

/* What may stand before the letter; the longer ones come first. */
static const struct {
	const char *text;
	enum print_length length;
} print_lengths[] = {
	{ "I64", PRINT_64 }, { "I32", PRINT_INT }, { "hh", PRINT_CHAR },
	{ "ll", PRINT_64 }, { "h", PRINT_SHORT }, { "l", PRINT_LONG },
	{ "w", PRINT_WIDE }, { "j", PRINT_64 },
	{ "I", PRINT_POINTER }, { "z", PRINT_POINTER }, { "t", PRINT_POINTER },
};

static __printf(2, 3) void print_add(struct print_text *to,
				     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	to->len += vscnprintf(to->text + to->len, to->size - to->len, format,
			      args);
	va_end(args);
}

static bool print_has(const struct print_spec *spec, char flag)
{
	return strchr(spec->flags, flag);
}

static const char *print_parse_flags(const char *f, struct print_spec *spec)
{
	size_t n = 0;

	for (; *f && strchr("-+ #0", *f); f++)
		if (!print_has(spec, *f))
			spec->flags[n++] = *f;
	return f;
}

/*
 * Read a number, or fetch the argument that a star stands for. More than the longest
 * text has makes no difference.
 */
static const char *print_parse_number(const char *f, va_list *args, int *number)
{
	if (*f == '*') {
		*number = clamp(va_arg(*args, int), -PRINT_LEN, PRINT_LEN);
		return f + 1;
	}
	for (*number = 0; isdigit(*f); f++)
		*number = min(*number * 10 + *f - '0', PRINT_LEN);
	return f;
}

static const char *print_parse_length(const char *f, struct print_spec *spec)
{
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(print_lengths); i++) {
		len = strlen(print_lengths[i].text);
		if (!strncmp(f, print_lengths[i].text, len)) {
			spec->length = print_lengths[i].length;
			return f + len;
		}
	}
	return f;
}

/* Read what follows a %. Return where the format continues. */
static const char *print_parse(const char *f, struct print_spec *spec,
			       va_list *args)
{
	memset(spec, 0, sizeof(*spec));
	spec->precision = -1;
	spec->length = PRINT_INT;
	f = print_parse_flags(f, spec);
	f = print_parse_number(f, args, &spec->width);
	/* A negative number is a flag and a width. */
	if (spec->width < 0 && !print_has(spec, '-'))
		spec->flags[strlen(spec->flags)] = '-';
	spec->width = abs(spec->width);
	if (*f == '.')
		f = print_parse_number(f + 1, args, &spec->precision);
	f = print_parse_length(f, spec);
	spec->conversion = *f;
	return *f ? f + 1 : f;
}

static void print_number(struct print_text *to, const struct print_spec *spec,
			 unsigned long long value)
{
	char format[sizeof(spec->flags) + 8];

	snprintf(format, sizeof(format), "%%%s*%sll%c", spec->flags,
		 spec->precision < 0 ? "" : ".*", spec->conversion);
	if (spec->precision < 0)
		print_add(to, format, spec->width, value);
	else
		print_add(to, format, spec->width, spec->precision, value);
}

static u64 print_unsigned(const struct print_spec *spec, va_list *args)
{
	switch (spec->length) {
	case PRINT_64:
		return va_arg(*args, u64);
	case PRINT_CHAR:
		return (u8)va_arg(*args, int);
	case PRINT_SHORT:
		return (u16)va_arg(*args, int);
	default:
		return va_arg(*args, u32);
	}
}

static s64 print_signed(const struct print_spec *spec, va_list *args)
{
	switch (spec->length) {
	case PRINT_64:
		return va_arg(*args, s64);
	case PRINT_CHAR:
		return (s8)va_arg(*args, int);
	case PRINT_SHORT:
		return (s16)va_arg(*args, int);
	default:
		return va_arg(*args, s32);
	}
}

/* Capital letters mean wide characters. h, l and w say so in any case. */
static bool print_is_wide(const struct print_spec *spec)
{
	switch (spec->length) {
	case PRINT_SHORT:
		return false;
	case PRINT_LONG:
	case PRINT_WIDE:
		return true;
	default:
		return spec->conversion == 'S' || spec->conversion == 'C';
	}
}

static char print_char_at(const void *from, bool wide, size_t i)
{
	const WCHAR *wides = from;

	if (!wide)
		return ((const char *)from)[i];
	return wides[i] < 0x80 ? wides[i] : '?';
}

/* Print @n characters with the width of the conversion. */
static void print_chars(struct print_text *to, const struct print_spec *spec,
			const void *from, bool wide, size_t n)
{
	int pad = max_t(int, 0, spec->width - (int)n);
	bool left = print_has(spec, '-');
	size_t i;

	print_add(to, "%*s", left ? 0 : pad, "");
	for (i = 0; i < n; i++)
		print_add(to, "%c", print_char_at(from, wide, i));
	print_add(to, "%*s", left ? pad : 0, "");
}

/* Return how many of at most @max characters there are before the final zero. */
static size_t print_length(const void *from, bool wide, size_t max)
{
	size_t n = 0;

	if (!wide)
		return strnlen(from, max);
	while (n < max && ((const WCHAR *)from)[n])
		n++;
	return n;
}

/* Print a string, of which no more than @max characters may be read. */
static void print_string(struct print_text *to, const struct print_spec *spec,
			 const void *from, bool wide, size_t max)
{
	const char *text = NULL;

	if (!from)
		text = "(null)";
	else if ((unsigned long)from < PAGE_SIZE || IS_ERR(from))
		text = "(efault)";
	if (text) {
		from = text;
		wide = false;
		max = PRINT_LEN;
	}
	if (spec->precision >= 0)
		max = min_t(size_t, max, spec->precision);
	print_chars(to, spec, from, wide, print_length(from, wide, max));
}

/* UNICODE_STRING and ANSI_STRING differ in their characters only. */
static void print_counted(struct print_text *to, const struct print_spec *spec,
			  const UNICODE_STRING *string)
{
	bool wide = print_is_wide(spec);
	size_t size = wide ? sizeof(WCHAR) : 1;

	if ((unsigned long)string < PAGE_SIZE || IS_ERR(string))
		print_string(to, spec, string, false, 0);
	else
		print_string(to, spec, string->Buffer, wide,
			     string->Length / size);
}

static void print_character(struct print_text *to,
			    const struct print_spec *spec, int c)
{
	const WCHAR wide = c;
	const char narrow = c;

	if (print_is_wide(spec))
		print_chars(to, spec, &wide, true, 1);
	else
		print_chars(to, spec, &narrow, false, 1);
}

/* The address of an I/O port is printed as Windows does, any other one is hashed. */
static void print_pointer(struct print_text *to, const struct print_spec *spec,
			  const void *pointer)
{
	char text[2 * sizeof(pointer) + 16];

	if ((unsigned long)pointer < PRINT_PORTS)
		snprintf(text, sizeof(text), "%0*lX",
			 (int)(2 * sizeof(pointer)), (unsigned long)pointer);
	else
		snprintf(text, sizeof(text), "%p", pointer);
	print_chars(to, spec, text, false, strlen(text));
}

/* Print the next argument. Return false if that is not possible. */
static bool print_argument(struct print_text *to, const struct print_spec *spec,
			   va_list *args)
{
	switch (spec->conversion) {
	case '%':
		print_add(to, "%%");
		return true;
	case 'd':
	case 'i':
		print_number(to, spec, print_signed(spec, args));
		return true;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		print_number(to, spec, print_unsigned(spec, args));
		return true;
	case 'c':
	case 'C':
		print_character(to, spec, va_arg(*args, int));
		return true;
	case 'p':
		print_pointer(to, spec, va_arg(*args, void *));
		return true;
	case 's':
	case 'S':
		print_string(to, spec, va_arg(*args, const void *),
			     print_is_wide(spec), PRINT_LEN);
		return true;
	case 'Z':
		print_counted(to, spec, va_arg(*args, const UNICODE_STRING *));
		return true;
	}
	return false;
}

/**
 * pb_print_text() - make the text of DbgPrint()
 * @text: for the text, which is cut to @size - 1 bytes
 * @size: not 0
 * @format: see parbiter_print()
 * @args: its arguments
 *
 * Context: any.
 */
void pb_print_text(char *text, size_t size, const char *format, va_list args)
{
	struct print_text to = { .text = text, .size = size };
	struct print_spec spec;
	const char *f = format, *next;
	va_list rest;

	*text = '\0';
	/* A va_list that is an argument has no address of the right type. */
	va_copy(rest, args);
	for (; *f; f = next) {
		next = strchrnul(f, '%');
		print_add(&to, "%.*s", (int)min_t(size_t, next - f, PRINT_LEN), f);
		if (!*next)
			break;
		f = next;
		next = print_parse(f + 1, &spec, &rest);
		if (!print_argument(&to, &spec, &rest)) {
			print_add(&to, "%s", f);
			break;
		}
	}
	va_end(rest);
}

/**
 * parbiter_print() - DbgPrint()
 * @format: the format, with the conversions d i u x X o c C p s S Z and %, and the
 *	sizes hh h l ll w j z t I I32 I64; what comes after another one is printed as it
 *	is
 *
 * The text goes to the kernel log with the level KERN_DEBUG, cut to 511 bytes.
 * Wide characters that are not ASCII are printed as question marks. %p prints a number
 * below 65536, such as the address of an I/O port, as Windows does; other addresses are
 * hashed, as always in the log.
 *
 * Context: any.
 * Return: STATUS_SUCCESS.
 */
ULONG parbiter_print(const char *format, ...)
{
	char text[PRINT_LEN];
	va_list args;

	va_start(args, format);
	pb_print_text(text, sizeof(text), format, args);
	va_end(args);
	printk(KERN_DEBUG "%s", text);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(parbiter_print);
