/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Hellos at a sinkhole: the name is one, and what is whole stays whole when more follows.
 */
#include "fuzz.h"

#include "sinkhole/hello.h"
#include "wire/name.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span octets = {(const char *)data, len};
	struct fsk_name read;
	char name[256], again[256];
	enum sinkhole_greeting greeting = sinkhole_hello_read(octets, name);

	FUZZ_CLAIM(memchr(name, '\0', sizeof(name)) != NULL);
	FUZZ_CLAIM(name[0] == '\0' || wire_name_read(span_of(name), &read, NULL) == FSK_OK);
	FUZZ_CLAIM(greeting != SINKHOLE_HELLO_MORE || len < SINKHOLE_HELLO_MOST);
	if (len == 0 || sinkhole_hello_read((struct span){octets.text, len - 1}, again) !=
	                        SINKHOLE_HELLO_WHOLE)
		return 0;
	FUZZ_CLAIM(greeting == SINKHOLE_HELLO_WHOLE || len >= SINKHOLE_HELLO_MOST);
	return 0;
}
