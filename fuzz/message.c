/* SPDX-License-Identifier: BSD-2-Clause
 *
 * DNS messages: what is read keeps the limits of names and addresses, and lies in
 * the question and what follows it, so that cutting the message there changes all.
 */
#include "fuzz.h"

#include "wire/message.h"
#include "wire/name.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fault fault = {.why = NULL};
	struct wire_message message, part;
	struct address masked;
	enum fsk_err err = wire_message_read(data, len, &message, &fault);
	size_t question = WIRE_HEADER + 1 + 4;

	FUZZ_CLAIM((err == FSK_OK) == (fault.why == NULL));
	if (err != FSK_OK)
		return 0;
	question += message.name.len + (size_t)(message.name.len > 0);
	FUZZ_CLAIM(message.name.len <= FSK_NAME_MAX && question <= len);
	FUZZ_CLAIM(message.name.text[message.name.len] == '\0');
	FUZZ_CLAIM(wire_message_read(data, question - 1, &part, NULL) == FSK_SYNTAX);
	FUZZ_CLAIM(wire_message_read(data, question, &part, NULL) == FSK_OK);
	FUZZ_CLAIM(!part.has_subnet && part.qtype == message.qtype);
	FUZZ_CLAIM(strcmp(part.name.text, message.name.text) == 0);
	if (!message.has_subnet)
		return 0;
	masked = message.subnet;
	FUZZ_CLAIM(message.subnet_bits > 0 && message.subnet_bits <= 128);
	address_mask(&masked, message.subnet_bits);
	FUZZ_CLAIM(address_equal(&masked, &message.subnet));
	return 0;
}
