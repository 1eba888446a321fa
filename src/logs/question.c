/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/question.h"

#include "logs/text.h"
#include "wire/message.h"

#define LAST_SECOND UINT64_C(253402300799) /* 9999-12-31T23:59:59 */
#define MILLION 1000000

static enum log_kind
foreign(struct log_entry *entry, const char *why)
{
	entry->why = why;
	return LOG_FOREIGN;
}

bool
question_address(const struct address *address, struct log_scratch *scratch,
                 struct span *text)
{
	char written[ADDRESS_SIZE];

	address_write(address, written);
	return text_keep(scratch, written, strlen(written), text);
}

bool
question_time(uint64_t seconds, uint64_t us, struct log_entry *entry)
{
	if (seconds > LAST_SECOND || us >= MILLION) {
		entry->why = "a time that cannot be";
		return false;
	}
	entry->us = (int64_t)(seconds * MILLION + us);
	entry->time = LOG_TIME_UTC;
	return true;
}

enum log_kind
question_read(const unsigned char *octets, size_t len, struct log_scratch *scratch,
              struct log_entry *entry)
{
	struct wire_message message;
	struct fault fault;
	struct span name;

	if (wire_message_read(octets, len, &message, &fault) != FSK_OK)
		return foreign(entry, fault.why);
	if (message.response || message.opcode != WIRE_OPCODE_QUERY ||
	    (message.qclass != WIRE_CLASS_IN && message.qclass != WIRE_CLASS_ANY))
		return LOG_ASIDE;
	name = message.name.len > 0 ? (struct span){message.name.text, message.name.len}
	                            : span_of(".");
	if (!text_keep(scratch, name.text, name.len, &entry->name))
		return foreign(entry, "no room for the name");
	entry->type = message.qtype;
	if (message.has_subnet) {
		if (!question_address(&message.subnet, scratch, &entry->behind))
			return foreign(entry, "no room for the client subnet");
		entry->behind_bits = message.subnet_bits;
	}
	return LOG_ASKED;
}
