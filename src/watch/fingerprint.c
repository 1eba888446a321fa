/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/fingerprint.h"

#define FINGERPRINT(name) extern const struct watch_fingerprint watch_fingerprint_##name;
#include "watch/fingerprints.def"
#undef FINGERPRINT

#define FINGERPRINT(name) &watch_fingerprint_##name,
static const struct watch_fingerprint *const fingerprints[] = {
#include "watch/fingerprints.def"
};
#undef FINGERPRINT

size_t
watch_fingerprint_count(void)
{
	return WATCH_COUNT(fingerprints);
}

const struct watch_fingerprint *
watch_fingerprint_at(size_t n)
{
	return n < WATCH_COUNT(fingerprints) ? fingerprints[n] : NULL;
}

const struct watch_fingerprint *
watch_fingerprint_of(const struct watch_request *request, int64_t *counter)
{
	const struct watch_fingerprint *found = NULL;

	for (size_t i = 0; i < WATCH_COUNT(fingerprints); i++) {
		int64_t said;

		if ((found != NULL && found->strength >= fingerprints[i]->strength) ||
		    !fingerprints[i]->fits(request, &said))
			continue;
		found = fingerprints[i];
		*counter = said;
	}
	return found;
}
