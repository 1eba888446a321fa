/* SPDX-License-Identifier: BSD-2-Clause */
#include "drill/judge.h"

#include "drill/scope.h"

static bool
is_sinkhole(const struct drill_sinkholes *sinkholes, const struct address *address)
{
	for (size_t i = 0; i < sinkholes->count; i++)
		if (address_equal(&sinkholes->addresses[i], address))
			return true;
	return drill_is_nowhere(address);
}

void
drill_sinkholes_add(struct drill_sinkholes *sinkholes, const struct drill_answer *answer)
{
	for (size_t i = 0; i < answer->address_count; i++)
		if (sinkholes->count < DRILL_ADDRESSES &&
		    !is_sinkhole(sinkholes, &answer->addresses[i]))
			sinkholes->addresses[sinkholes->count++] = answer->addresses[i];
}

static enum drill_how
how_answered(const struct drill_answer *answer, const struct drill_sinkholes *sinkholes)
{
	switch (answer->rcode) {
	case DRILL_RCODE_NXDOMAIN:
		return DRILL_NXDOMAIN;
	case DRILL_RCODE_REFUSED:
		return DRILL_REFUSED;
	case DRILL_RCODE_SERVFAIL:
		return DRILL_SERVFAIL;
	case DRILL_RCODE_OK:
		break;
	default:
		return DRILL_OTHER;
	}
	if (!answer->has_data && answer->address_count == 0)
		return DRILL_NODATA;
	for (size_t i = 0; i < answer->address_count; i++)
		if (!is_sinkhole(sinkholes, &answer->addresses[i]))
			return DRILL_DATA;
	return answer->address_count > 0 ? DRILL_SINKHOLE : DRILL_DATA;
}

static struct drill_judgement
judge_how(const struct drill_answer *answer, const struct fsk_name *zone,
          enum drill_how how)
{
	struct drill_judgement judgement = {how, DRILL_UNCLEAR, ""};

	switch (how) {
	case DRILL_NXDOMAIN:
	case DRILL_NODATA:
		judgement.word = DRILL_BLOCKED;
		if (drill_answer_from_above(answer, zone)) {
			judgement.word = DRILL_PASSES;
			judgement.why = "the zone above was asked for it";
		}
		break;
	case DRILL_SINKHOLE:
	case DRILL_REFUSED:
		judgement.word = DRILL_BLOCKED;
		break;
	case DRILL_DATA:
		judgement.word = DRILL_PASSES;
		break;
	case DRILL_SERVFAIL:
		judgement.why = "it may have asked others, and failed";
		break;
	case DRILL_OTHER:
		judgement.why = "no answer that blocks";
		break;
	case DRILL_SILENT:
		break;
	}
	return judgement;
}

struct drill_judgement
drill_judge(const struct drill_answer *answer, const struct fsk_name *zone,
            const struct drill_sinkholes *sinkholes)
{
	struct drill_judgement judgement = {DRILL_SILENT, DRILL_UNCLEAR,
	                                    "it may be asking others"};

	if (answer == NULL)
		return judgement;
	judgement = judge_how(answer, zone, how_answered(answer, sinkholes));
	if (drill_answer_says_blocked(answer)) {
		judgement.word = DRILL_BLOCKED;
		judgement.why = "";
	}
	return judgement;
}

const char *
drill_how_name(enum drill_how how)
{
	static const char *const names[] = {"NXDOMAIN", "NODATA", "sinkhole", "REFUSED",
	                                    "SERVFAIL", "data",   "error",    "no answer"};

	return names[how];
}

const char *
drill_word_name(enum drill_word word)
{
	static const char *const names[] = {"blocked", "passes", "unclear"};

	return names[word];
}
