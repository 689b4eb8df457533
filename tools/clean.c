// SPDX-License-Identifier: GPL-2.0
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "clean.h"

/* Must all but ASCII be replaced? A file may be read by a program that knows UTF-8. */
static bool is_ascii_only(FILE *stream)
{
	if (!isatty(fileno(stream)))
		return false;
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8");
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/*
 * Decode the character at the beginning of a text. Return its number of bytes, or 0 if
 * they are not UTF-8.
 */
static unsigned int decode(const char *s, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char byte = *s;
	unsigned int i, len;

	len = byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xe0 ? 2 :
	      byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 0;
	*character = len == 1 ? byte : byte & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if (!is_continuation(s[i]))
			return 0;
		*character = *character << 6 | (s[i] & 0x3f);
	}
	if (len && (*character < least[len] || *character > 0x10ffff ||
		    (*character >= 0xd800 && *character <= 0xdfff)))
		return 0;
	return len;
}

static bool is_printable(uint32_t character)
{
	return character >= ' ' && !(character >= 0x7f && character < 0xa0) &&
	       !(character >= 0x2028 && character <= 0x202e) &&
	       !(character >= 0x2066 && character <= 0x2069);
}

void clean_text(char *s, FILE *stream)
{
	bool ascii_only = is_ascii_only(stream);
	uint32_t character;
	unsigned int len;

	while (*s) {
		len = decode(s, &character);
		if (!len || !is_printable(character) ||
		    (ascii_only && len > 1)) {
			memset(s, '?', len ? len : 1);
			s += len ? len : 1;
		} else {
			s += len;
		}
	}
}

char *clean_copy(const char *s, FILE *stream)
{
	char *copy = strdup(s);

	if (copy)
		clean_text(copy, stream);
	return copy;
}

/*
 * Measure the character at the beginning of a text. Return its number of bytes, and set
 * *@cells to the cells of a terminal that it takes: an accent may take none, and a
 * Chinese character takes two.
 */
static unsigned int measure(const char *s, size_t *cells)
{
	uint32_t character;
	unsigned int len = decode(s, &character);
	int width = len ? wcwidth(character) : 1;

	*cells = width < 0 ? 1 : width;
	return len ? len : 1;
}

size_t clean_width(const char *s)
{
	size_t n = 0, cells;

	while (*s) {
		s += measure(s, &cells);
		n += cells;
	}
	return n;
}

size_t clean_bytes(const char *s, size_t most)
{
	size_t i = 0, cells;
	unsigned int len;

	while (s[i]) {
		len = measure(s + i, &cells);
		if (cells > most)
			break;
		most -= cells;
		i += len;
	}
	return i;
}
