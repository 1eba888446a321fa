/* SPDX-License-Identifier: BSD-2-Clause */
#include "deeds.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define AGENT "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)\r\n"
#define REPORT "GET /search?q=%u HTTP/1.0\r\n" AGENT "Host: 127.0.0.1\r\n"

/* Writes the message, of text without NUL. */
__attribute__((format(printf, 2, 3))) static void
say(struct deed_text *text, const char *format, ...)
{
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf((char *)text->octets, DEED_MOST, format, list);
	va_end(list);
	text->len = len > 0 && len < DEED_MOST ? (size_t)len : 0;
}

static void
count_in_word(struct deed_text *text, unsigned number)
{
	snprintf(text->word, sizeof(text->word), "%u", number);
}

static void
write_search(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text, REPORT "Pragma: no-cache\r\n\r\n", number);
}

static void
write_host(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	const char *name = names->names[number % names->count];

	snprintf(text->word, sizeof(text->word), "%s", name);
	say(text,
	    "GET /%u HTTP/1.1\r\nHost: %s\r\nUser-Agent: x\r\nReferer: http://%s/\r\n"
	    "Via: 1.1 proxy\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n",
	    number, name, name);
}

static void
write_oldest(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text, "GET /old%u\r\n", number);
}

static void
write_pipelined(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text, "GET /first%u HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\n\r\n",
	    number);
}

static void
write_body(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text,
	    "POST /body%u HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n"
	    "\r\nx=1",
	    number);
}

static void
write_chunked(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text,
	    "POST /chunks%u HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "ffffffffffffffff\r\nx",
	    number);
}

/* A header beyond every limit. */
static void
write_long(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text, "GET /long%u HTTP/1.1\r\nX: ", number);
	memset(text->octets + text->len, 'x', 9000);
	text->len += 9000;
	memcpy(text->octets + text->len, "\r\n\r\n", 4);
	text->len += 4;
}

/* What a terminal and a spreadsheet should not be told as it is. */
static void
write_injection(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text,
	    "GET /=cmd|'/C'!A0?%u HTTP/1.1\r\nHost: \033]0;x\007\r\n"
	    "User-Agent: =1+1\",\"\033[2J\r\nReferer: @SUM(1)\r\n\r\n",
	    number);
}

static void
write_cut(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	write_search(text, number, names);
	text->len = 1 + number / 3 % (text->len - 3);
}

static void
write_nothing(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	text->len = 0;
}

static void
write_garbage(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text, "....garbage%u....", number);
	for (size_t i = 0; i < 4; i++) {
		text->octets[i] = (uint8_t)(number >> (8 * i));
		text->octets[text->len - 1 - i] = (uint8_t)(0xff - i);
	}
	text->octets[0] = 0; /* no method, no TLS begins so */
}

static void
write_words(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	count_in_word(text, number);
	say(text, "\002words%u\r\n", number);
}

static void
put(struct deed_text *text, const void *octets, size_t len)
{
	memcpy(text->octets + text->len, octets, len);
	text->len += len;
}

static void
put16(struct deed_text *text, size_t value)
{
	const uint8_t octets[] = {(uint8_t)(value >> 8), (uint8_t)value};

	put(text, octets, sizeof(octets));
}

/* The beginning of TLS (RFC 8446 section 4.1.2) with the name of a server. */
static void
write_hello(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	static const uint8_t head[] = {0x16, 3, 1}, client[] = {1, 0},
	                     version[2 + 32 + 1] = {3, 3},
	                     ciphers[] = {0, 2, 0, 0x2f, 1, 0};
	const char *name = names->names[number % names->count];
	size_t len = strlen(name), extension = 2 + 1 + 2 + len;
	size_t body = sizeof(version) + sizeof(ciphers) + 2 + 4 + extension;

	snprintf(text->word, sizeof(text->word), "%s", name);
	text->len = 0;
	put(text, head, sizeof(head));
	put16(text, 4 + body);
	put(text, client, sizeof(client));
	put16(text, body);
	put(text, version, sizeof(version));
	put(text, ciphers, sizeof(ciphers));
	put16(text, 4 + extension);
	put16(text, 0); /* server_name */
	put16(text, extension);
	put16(text, extension - 2);
	put(text, "", 1); /* host_name */
	put16(text, len);
	put(text, name, len);
}

/* A question for ${name}. Letters are in both cases, as resolvers send them. */
static void
ask(struct deed_text *text, unsigned number, const char *name, unsigned type)
{
	static const uint8_t flags[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};

	text->len = 0;
	put16(text, number);
	put(text, flags, sizeof(flags));
	for (size_t len = strcspn(name, "."); len > 0; len = strcspn(name, ".")) {
		uint8_t octet = (uint8_t)len;

		put(text, &octet, 1);
		put(text, name, len);
		if (name[0] >= 'a' && name[0] <= 'z' && (number & 1) != 0)
			text->octets[text->len - len] -= 32;
		name += len + (name[len] == '.');
	}
	put(text, "", 1);
	put16(text, type);
	put16(text, 1);
}

static void
write_question(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	static const unsigned types[] = {1, 1, 1, 28, 16, 6, 2, 255};

	snprintf(text->word, sizeof(text->word), "%s", names->names[number % names->count]);
	ask(text, number, text->word, types[number / 7 % 8]);
}

/* Below a held name, by TCP. */
static void
write_stream(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	snprintf(text->word, sizeof(text->word), "n%u.%s", number,
	         names->names[number % names->count]);
	ask(text, number, text->word, 1);
	memmove(text->octets + 2, text->octets, text->len);
	text->octets[0] = (uint8_t)(text->len >> 8);
	text->octets[1] = (uint8_t)text->len;
	text->len += 2;
}

static void
write_elsewhere(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	(void)names;
	snprintf(text->word, sizeof(text->word), "n%u.example.org", number);
	ask(text, number, text->word, 1);
}

/* A question that ends too early. */
static void
write_torn(struct deed_text *text, unsigned number, const struct deed_names *names)
{
	write_elsewhere(text, number, names);
	count_in_word(text, number);
	text->len = 12 + number / 5 % (text->len - 12);
}

static const struct deed deeds[] = {
        {"search", write_search, 0, 10, DEED_WEB, DEED_READS, false},
        {"host", write_host, 0, 6, DEED_WEB, DEED_READS, false},
        {"oldest", write_oldest, 0, 1, DEED_WEB, DEED_READS, false},
        {"words", write_words, 0, 2, DEED_WEB, DEED_SHUTS, false},
        {"hello", write_hello, 0, 2, DEED_WEB, DEED_SHUTS, false},
        {"question", write_question, 0, 12, DEED_DNS, DEED_READS, true},
        {"stream", write_stream, 0, 2, DEED_DNS, DEED_READS, false},
        /* From here on they are hostile. */
        {"bytewise", write_search, 1, 1, DEED_WEB, DEED_READS, false},
        {"pieces", write_search, 41, 2, DEED_WEB, DEED_READS, false},
        {"pipelined", write_pipelined, 0, 1, DEED_WEB, DEED_READS, false},
        {"body", write_body, 0, 1, DEED_WEB, DEED_READS, false},
        {"chunked", write_chunked, 0, 1, DEED_WEB, DEED_READS, false},
        {"long", write_long, 4000, 1, DEED_WEB, DEED_READS, false},
        {"injection", write_injection, 0, 1, DEED_WEB, DEED_READS, false},
        {"cut", write_cut, 0, 3, DEED_WEB, DEED_LEAVES, false},
        {"half", write_cut, 0, 1, DEED_WEB, DEED_SHUTS, false},
        {"reset", write_cut, 0, 2, DEED_WEB, DEED_RESETS, false},
        {"abort", write_search, 0, 1, DEED_WEB, DEED_RESETS, false},
        {"silent", write_nothing, 0, 1, DEED_WEB, DEED_LEAVES, false},
        {"garbage", write_garbage, 0, 3, DEED_WEB, DEED_LEAVES, false},
        {"elsewhere", write_elsewhere, 0, 1, DEED_DNS, DEED_READS, true},
        {"torn", write_torn, 0, 1, DEED_DNS, DEED_LEAVES, true},
};
#define DEEDS (sizeof(deeds) / sizeof(deeds[0]))

const struct deed *
deed_of(unsigned number)
{
	unsigned all = 0, at;
	size_t i = 0;

	for (size_t k = 0; k < DEEDS; k++)
		all += deeds[k].share;
	/* A prime beside their sum: kinds follow one another in no order. */
	at = number * 31 % all;
	while (at >= deeds[i].share)
		at -= deeds[i++].share;
	return &deeds[i];
}
