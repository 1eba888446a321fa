/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The daemon's configuration: what is taken is complete, what is refused has a reason
 * and a line of the text.
 */
#include "fuzz.h"

#include "up/config.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct fault fault = {.why = NULL};
	struct up_config config;
	size_t lines = 1;
	enum fsk_err err = up_config_read(text, &config, &fault);

	for (size_t i = 0; i < len; i++)
		lines += data[i] == '\n';
	FUZZ_CLAIM(err == FSK_OK || err == FSK_SYNTAX);
	FUZZ_CLAIM((err == FSK_SYNTAX) == (fault.why != NULL));
	FUZZ_CLAIM(fault.line <= lines);
	if (err != FSK_OK)
		return 0;
	FUZZ_CLAIM(config.feed.listen_count > 0 && config.feed.zone_count > 0);
	for (size_t i = 0; i < config.feed.zone_count; i++) {
		FUZZ_CLAIM(config.feed.zones[i].choice.generator_count > 0);
		FUZZ_CLAIM(config.feed.settings[i].allow_count > 0);
	}
	up_config_fini(&config);
	return 0;
}
