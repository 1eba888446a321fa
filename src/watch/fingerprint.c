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

const char *
watch_sender_name(enum watch_sender sender)
{
	switch (sender) {
	case WATCH_BOT:
		return "bot";
	case WATCH_CRAWLER:
		return "crawler";
	case WATCH_SCANNER:
		return "scanner";
	case WATCH_RESEARCHER:
		return "researcher";
	case WATCH_ANYBODY:
		break;
	}
	return "anybody";
}

const struct watch_fingerprint *
watch_fingerprint_find(struct span name)
{
	for (size_t i = 0; i < WATCH_COUNT(fingerprints); i++) {
		if (span_equal(span_of(fingerprints[i]->name), name))
			return fingerprints[i];
	}
	return NULL;
}

const struct watch_fingerprint *
watch_fingerprint_of(const struct watch_request *request, int64_t *counter)
{
	const struct watch_fingerprint *found = NULL;

	for (size_t i = 0; i < WATCH_COUNT(fingerprints); i++) {
		int64_t said;

		if (fingerprints[i]->sender != WATCH_BOT ||
		    (found != NULL && found->strength >= fingerprints[i]->strength) ||
		    !fingerprints[i]->fits(request, &said))
			continue;
		found = fingerprints[i];
		*counter = said;
	}
	return found;
}

/* The visitors in the order in which they are asked: who tries doors does so whatever name
 * it gives itself, and crawlers say theirs. */
static const struct watch_fingerprint *const visitors[] = {
        &watch_fingerprint_scanner,
        &watch_fingerprint_crawler,
        &watch_fingerprint_researcher,
};

const struct watch_fingerprint *
watch_fingerprint_mark(const struct watch_request *request, int64_t *counter)
{
	int64_t said = -1;
	const struct watch_fingerprint *bot = watch_fingerprint_of(request, &said);

	if (bot == NULL || bot->strength == WATCH_WEAK) {
		for (size_t i = 0; i < WATCH_COUNT(visitors); i++) {
			if (visitors[i]->fits(request, counter))
				return visitors[i];
		}
	}
	*counter = said;
	return bot != NULL ? bot : &watch_fingerprint_http;
}

const struct watch_fingerprint *
watch_fingerprint_other(bool tls)
{
	return tls ? &watch_fingerprint_tls : &watch_fingerprint_unknown;
}
