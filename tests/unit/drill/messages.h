/* SPDX-License-Identifier: BSD-2-Clause
 *
 * DNS messages, written by hand, octet for octet, so that they can be wrong.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <foresink/dga.h>

#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define FAKE_MESSAGE 9216

struct message {
	uint8_t octets[FAKE_MESSAGE];
	size_t len;
};

static inline void
put(struct message *message, const void *octets, size_t len)
{
	assert_true(len <= sizeof(message->octets) - message->len);
	if (len > 0)
		memcpy(message->octets + message->len, octets, len);
	message->len += len;
}

static inline void
put_number(struct message *message, uint32_t number, unsigned octets)
{
	for (unsigned i = octets; i > 0; i--) {
		uint8_t octet = (uint8_t)(number >> 8 * (i - 1));

		put(message, &octet, 1);
	}
}

static inline void
put_name(struct message *message, const char *name)
{
	while (*name != '\0') {
		size_t len = strcspn(name, ".");

		put_number(message, (uint32_t)len, 1);
		put(message, name, len);
		name += len + (name[len] == '.');
	}
	put_number(message, 0, 1);
}

/* Counts one more record in the section, 3 to 5 (answer, authority, additional). */
static inline void
count_record(struct message *message, unsigned section)
{
	message->octets[2 * section + 1]++;
}

/* Begins the answer to the question at ${octets}, with its id and its question. */
static inline void
answer_begin(struct message *answer, const struct message *question, unsigned rcode)
{
	size_t end = WIRE_HEADER;

	answer->len = 0;
	put(answer, question->octets, 2);
	put_number(answer, 0x8180 | rcode, 2);
	put_number(answer, 1, 2);
	put_number(answer, 0, 4);
	put_number(answer, 0, 2);
	while (question->octets[end] != 0)
		end += question->octets[end] + 1u;
	put(answer, question->octets + WIRE_HEADER, end + 5 - WIRE_HEADER);
}

static inline void
answer_record(struct message *answer, unsigned section, const char *owner, unsigned type)
{
	count_record(answer, section);
	put_name(answer, owner);
	put_number(answer, type, 2);
	put_number(answer, 1, 2);
	put_number(answer, 60, 4);
}

static inline void
answer_address(struct message *answer, const char *owner, const uint8_t octets[4])
{
	answer_record(answer, 3, owner, 1);
	put_number(answer, 4, 2);
	put(answer, octets, 4);
}

static inline void
answer_text(struct message *answer, const char *owner, const char *text)
{
	answer_record(answer, 3, owner, 16);
	put_number(answer, (uint32_t)strlen(text) + 1, 2);
	put_number(answer, (uint32_t)strlen(text), 1);
	put(answer, text, strlen(text));
}

static inline void
answer_soa(struct message *answer, const char *owner)
{
	answer_record(answer, 4, owner, 6);
	put_number(answer, 22, 2);
	put_number(answer, 0, 2);
	put_number(answer, 1, 4);
	put_number(answer, 2, 4);
	put_number(answer, 3, 4);
	put_number(answer, 4, 4);
	put_number(answer, 5, 4);
}

/* An OPT with the ${len} octets at ${options}. */
static inline void
answer_options(struct message *answer, const void *options, size_t len)
{
	count_record(answer, 5);
	put_number(answer, 0, 1);
	put_number(answer, 41, 2);
	put_number(answer, 1232, 2);
	put_number(answer, 0, 4);
	put_number(answer, (uint32_t)len, 2);
	put(answer, options, len);
}

/* An OPT with an extended error, and an option before it that means nothing here. */
static inline void
answer_error(struct message *answer, unsigned code, const char *text)
{
	struct message options = {.len = 0};

	put_number(&options, 10, 2);
	put_number(&options, 2, 2);
	put_number(&options, 0xabcd, 2);
	put_number(&options, 15, 2);
	put_number(&options, (uint32_t)strlen(text) + 2, 2);
	put_number(&options, code, 2);
	put(&options, text, strlen(text));
	answer_options(answer, options.octets, options.len);
}

/* A question as it came in. */
struct asked {
	struct fsk_name name;
	uint16_t type;
	bool tcp;
	bool edns;
	struct message message;
};

/* Reads the question of ${message} as far as the tests need it. */
static inline void
take_question(struct asked *asked)
{
	const uint8_t *octets = asked->message.octets;
	size_t at = WIRE_HEADER, len = 0;

	while (octets[at] != 0) {
		if (len > 0)
			asked->name.text[len++] = '.';
		memcpy(asked->name.text + len, octets + at + 1, octets[at]);
		len += octets[at];
		at += octets[at] + 1u;
	}
	asked->name.len = (uint8_t)len;
	asked->name.text[len] = '\0';
	asked->type = (uint16_t)(octets[at + 1] << 8 | octets[at + 2]);
	asked->edns = octets[11] == 1;
}

#endif
