/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Manifests of publications: one that is read names plain files only, and the text of a
 * key that is read is written as it was.
 */
#include "fuzz.h"

#include "publish/manifest_read.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct span text = {(const char *)data, len};
	struct publish_stated *stated = NULL;
	struct publish_verdict verdict = {.why = NULL};
	struct publish_record record;
	struct publish_key key, again;
	char written[PUBLISH_KEY_TEXT];

	if (publish_stated_read(text, &stated, &verdict, &record) == FSK_OK) {
		FUZZ_CLAIM(verdict.why == NULL);
		for (size_t i = 0; i < publish_stated_count(stated); i++) {
			const char *file = publish_stated_at(stated, i)->file;

			FUZZ_CLAIM(file[0] != '\0' && file[0] != '.');
			FUZZ_CLAIM(strchr(file, '/') == NULL && strlen(file) < 64);
		}
		publish_stated_free(stated);
	} else {
		FUZZ_CLAIM(verdict.why != NULL && stated == NULL);
	}
	if (publish_key_read(&key, text) != FSK_OK)
		return 0;
	publish_key_write(&key, written);
	FUZZ_CLAIM(publish_key_read(&again, span_of(written)) == FSK_OK);
	FUZZ_CLAIM(memcmp(&key, &again, sizeof(key)) == 0);
	return 0;
}
