/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Names in text form: what is read keeps the limits, reads as itself again, and
 * each parent has one label less.
 */
#include "fuzz.h"

#include "wire/name.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct fault fault = {.why = NULL};
	struct fsk_name name, again;
	enum fsk_err err = wire_name_read(text, &name, &fault);
	unsigned labels;

	FUZZ_CLAIM((err == FSK_OK) == (fault.why == NULL));
	if (err != FSK_OK)
		return 0;
	FUZZ_CLAIM(name.len > 0 && name.len <= FSK_NAME_MAX && name.len <= len);
	FUZZ_CLAIM(name.text[name.len] == '\0');
	FUZZ_CLAIM(wire_name_read((struct span){name.text, name.len}, &again, NULL) ==
	           FSK_OK);
	FUZZ_CLAIM(span_equal((struct span){name.text, name.len},
	                      (struct span){again.text, again.len}));
	for (labels = wire_name_labels(&name); wire_name_parent(&name, &name); labels--)
		FUZZ_CLAIM(wire_name_labels(&name) == labels - 1);
	FUZZ_CLAIM(labels == 1);
	return 0;
}
