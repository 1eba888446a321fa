/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/drill_tell.h"

#include "base/date.h"
#include "cmd/words.h"
#include "watch/reason.h"

#include <inttypes.h>

/* Columns, at least. */
#define GENERATOR_COLUMNS 16
#define NAME_COLUMNS 28

static const char *
tail(bool last)
{
	return last ? "}\n" : ",";
}

static void
json_text(struct output *output, const char *key, struct span text)
{
	fprintf(output->file, "\"%s\":", key);
	output_json(output, text.text, text.len);
}

static void
json_begin(const struct drill_teller *teller, const char *record)
{
	fprintf(teller->output->file, "{\"record\":\"%s\",", record);
	json_text(teller->output, "resolver", span_of(teller->resolver));
	fputs(tail(false), teller->output->file);
}

/* Of which day the list is, seen from today: "of 2026-11-22, today". */
static struct words
day_in_words(const struct drill_canary *canary, int64_t now)
{
	int64_t age = date_day_of(now) - canary->day;
	char day[DATE_INSTANT_SIZE];
	struct words words = {"of "};

	if (!canary->has_day)
		return (struct words){"of no known day"};
	date_write_day(canary->day * DATE_DAY, day);
	words_add(&words, day);
	if (age == 0) {
		words_add(&words, ", today");
	} else if (age > 0) {
		words_add(&words, ", ");
		words_add(&words, words_things((uint64_t)age, "day").text);
		words_add(&words, " old");
	} else {
		words_add(&words, ", a day to come");
	}
	return words;
}

static void
canary_json(const struct drill_teller *teller, const struct drill_canary *canary)
{
	static const char *const proofs[] = {"null", "\"text\"", "\"name\""};
	struct output *output = teller->output;
	FILE *out = output->file;
	char day[DATE_INSTANT_SIZE];

	json_begin(teller, "canary");
	fprintf(out, "\"proof\":%s,", proofs[canary->proof]);
	if (canary->has_serial)
		fprintf(out, "\"serial\":%" PRIu32 ",", canary->serial);
	else
		fputs("\"serial\":null,", out);
	if (canary->has_day) {
		date_write_day(canary->day * DATE_DAY, day);
		fprintf(out, "\"day\":\"%s\",\"today\":%s,", day,
		        canary->day == date_day_of(teller->now) ? "true" : "false");
	} else {
		fputs("\"day\":null,\"today\":null,", out);
	}
	if (canary->asked_blocked)
		json_text(output, "answer", span_of(drill_how_name(canary->blocked.how)));
	else
		fputs("\"answer\":null", out);
	fputs(",", out);
	json_text(output, "why", span_of(canary->why));
	fputs(tail(true), out);
}

void
drill_tell_canary(const struct drill_canary *canary, void *context)
{
	const struct drill_teller *teller = context;
	FILE *out = teller->output->file;

	if (teller->json) {
		canary_json(teller, canary);
		fflush(out);
		return;
	}
	fprintf(out, "%s: ", teller->resolver);
	if (canary->has_serial)
		fprintf(out, "serves list %" PRIu32 ", %s", canary->serial,
		        day_in_words(canary, teller->now).text);
	if (canary->proof == DRILL_NO_PROOF)
		fprintf(out, "%s%s.\n",
		        canary->has_serial ? "; but " : "no canary: ", canary->why);
	else
		fprintf(out, " (%s, blocked name: %s)\n",
		        canary->proof == DRILL_BY_TEXT ? "TXT record" : "open name",
		        drill_how_name(canary->blocked.how));
	fflush(out);
}

/* The addresses of ${answer}, with commas between. */
static void
write_addresses(FILE *out, const struct drill_answer *answer, const char *quote)
{
	for (size_t i = 0; i < answer->address_count; i++) {
		char text[ADDRESS_SIZE];

		address_write(&answer->addresses[i], text);
		fprintf(out, "%s%s%s%s", i > 0 ? "," : "", quote, text, quote);
	}
}

static void
name_json(const struct drill_teller *teller, const struct drill_told *told)
{
	const struct drill_answer *answer = &told->answer;
	struct output *output = teller->output;
	FILE *out = output->file;
	char text[WATCH_REASON_SIZE];

	json_begin(teller, told->forecast != NULL ? "name" : "allowed");
	json_text(output, "name", (struct span){told->name->text, told->name->len});
	if (told->forecast != NULL) {
		uint32_t generator = told->forecast->match.generator;

		watch_reason_write(&told->forecast->match, text);
		fprintf(out, ",\"family\":\"%s\",\"variant\":\"%s\",",
		        fsk_generator_family(generator), fsk_generator_variant(generator));
		json_text(output, "reason", span_of(text));
	}
	fprintf(out, ",\"verdict\":\"%s\",\"good\":%s,\"answer\":\"%s\",",
	        drill_word_name(told->judgement.word), told->good ? "true" : "false",
	        drill_how_name(told->judgement.how));
	json_text(output, "why", span_of(told->judgement.why));
	fputs(",\"addresses\":[", out);
	if (told->answered)
		write_addresses(out, answer, "\"");
	fputs("],", out);
	if (told->answered)
		fprintf(out, "\"rcode\":%u,\"ms\":%.3f,", (unsigned)answer->rcode,
		        (double)answer->took_us / 1000);
	else
		fputs("\"rcode\":null,\"ms\":null,", out);
	if (told->answered && answer->has_ede) {
		fprintf(out, "\"ede\":%u,", (unsigned)answer->ede);
		json_text(output, "ede_text",
		          (struct span){answer->ede_text, answer->ede_len});
	} else {
		fputs("\"ede\":null,\"ede_text\":null", out);
	}
	fputs(tail(true), out);
}

/* Columns of the longest generator and of the longest name that may be told of. */
static int
generator_columns(const struct drill_plan *plan)
{
	size_t columns = GENERATOR_COLUMNS;

	for (size_t i = 0; i < plan->count; i++)
		for (size_t k = 0; k < plan->families[i].count; k++) {
			uint32_t generator = plan->families[i].names[k].match.generator;
			size_t len = strlen(words_generator(generator).text);

			columns = len > columns ? len : columns;
		}
	return (int)columns;
}

static size_t
name_columns(const struct drill_plan *plan)
{
	size_t columns = NAME_COLUMNS;

	for (size_t i = 0; i < plan->count; i++)
		for (size_t k = 0; k < plan->families[i].count; k++) {
			size_t len = plan->families[i].names[k].name.len;

			columns = len > columns ? len : columns;
		}
	return columns;
}

/* Whether what looks blocked is said by the world. */
static bool
is_of_world(const struct drill_judgement *judgement)
{
	return judgement->word == DRILL_PASSES &&
	       (judgement->how == DRILL_NXDOMAIN || judgement->how == DRILL_NODATA);
}

/* How the name was answered: "NXDOMAIN, EDE 15: conficker/b, ...". */
static void
write_answer(FILE *out, const struct drill_told *told)
{
	const struct drill_answer *answer = &told->answer;

	fputs(drill_how_name(told->judgement.how), out);
	if (is_of_world(&told->judgement))
		fputs(" of the world", out);
	if (!told->answered)
		return;
	if (told->judgement.how == DRILL_OTHER)
		fprintf(out, " (rcode %u)", (unsigned)answer->rcode);
	if (answer->address_count > 0)
		fputc(' ', out);
	write_addresses(out, answer, "");
	if (answer->has_ede) {
		fprintf(out, ", EDE %u", (unsigned)answer->ede);
		if (answer->ede_len > 0)
			fputs(": ", out);
		words_safe(out, (struct span){answer->ede_text, answer->ede_len}, 0);
	}
}

void
drill_tell_name(const struct drill_told *told, void *context)
{
	static const char *const words[] = {"blocked", "PASSES", "UNCLEAR"};
	const struct drill_teller *teller = context;
	struct span name = {told->name->text, told->name->len};
	FILE *out = teller->output->file;

	if (teller->json) {
		name_json(teller, told);
		fflush(out);
		return;
	}
	fprintf(out, "  %-8s %-*s ",
	        told->forecast != NULL ? words[told->judgement.word]
	        : told->good           ? "passes"
	                               : "STOPPED",
	        generator_columns(teller->plan),
	        told->forecast != NULL
	                ? words_generator(told->forecast->match.generator).text
	                : "(allowed)");
	words_safe(out, name, name_columns(teller->plan));
	fputc(' ', out);
	write_answer(out, told);
	if (told->judgement.why[0] != '\0')
		fprintf(out, " (%s)", told->judgement.why);
	fputc('\n', out);
	fflush(out);
}

static unsigned
asked(const struct drill_counts *counts)
{
	return counts->asked[DRILL_BLOCKED] + counts->asked[DRILL_PASSES] +
	       counts->asked[DRILL_UNCLEAR];
}

/* A word for how the drill ended. */
static const char *
end_in_a_word(enum fsk_err err, const struct drill_counts *counts)
{
	switch ((int)err) {
	case FSK_OK:
		break;
	case FSK_MISMATCH:
		return "no-canary";
	case FSK_END:
		return "no-answer";
	case FSK_STOPPED:
		return "stopped";
	default:
		return "failed";
	}
	if (counts->late)
		return "late";
	if (asked(counts) == 0)
		return "no-name";
	return counts->impatient ? "given-up" : "done";
}

static void
end_json(const struct drill_teller *teller, enum fsk_err err,
         const struct drill_counts *counts)
{
	json_begin(teller, "end");
	fprintf(teller->output->file,
	        "\"end\":\"%s\",\"blocked\":%u,\"passes\":%u,\"unclear\":%u,"
	        "\"not_asked\":%u,\"allowed_passes\":%u,\"allowed_stopped\":%u}\n",
	        end_in_a_word(err, counts), counts->asked[DRILL_BLOCKED],
	        counts->asked[DRILL_PASSES], counts->asked[DRILL_UNCLEAR], counts->left,
	        counts->passing, counts->stopping);
}

/* Says of which families no name can be asked for, and why. */
static void
write_nameless(const struct drill_teller *teller, const char *indent)
{
	for (size_t i = 0; i < teller->plan->count; i++) {
		const struct drill_family *family = &teller->plan->families[i];

		if (family->count == 0)
			fprintf(teller->output->file, "%s%s: no name, %s\n", indent,
			        family->family->name,
			        family->ruled ? "all are ruled out" : "it has no list now");
	}
}

/* "; 1 of 2 allowed names does not pass". */
static void
write_stopped(FILE *out, const struct drill_counts *counts)
{
	unsigned all = counts->passing + counts->stopping;

	if (counts->stopping > 0)
		fprintf(out, "; %u of %u allowed name%s %s not pass", counts->stopping, all,
		        all == 1 ? "" : "s", counts->stopping == 1 ? "does" : "do");
}

/* Tells of the names that were asked for, in a sentence. */
static void
write_sum(FILE *out, const struct drill_counts *counts)
{
	fprintf(out, "  %s asked for: ", words_things(asked(counts), "name").text);
	if (asked(counts) == 0)
		fputs("nothing is proven", out);
	else
		fprintf(out, "%u blocked, %u not, %u unclear", counts->asked[DRILL_BLOCKED],
		        counts->asked[DRILL_PASSES], counts->asked[DRILL_UNCLEAR]);
	if (counts->left > 0)
		fprintf(out, "; %u not asked for", counts->left);
	if (counts->late)
		fputs(", the time is over", out);
	else if (counts->impatient)
		fprintf(out, ", after %d families that are not blocked", DRILL_PATIENCE);
	write_stopped(out, counts);
	fputs(".\n", out);
}

void
drill_tell_end(const struct drill_teller *teller, enum fsk_err err,
               const struct drill_counts *counts)
{
	FILE *out = teller->output->file;

	if (teller->json) {
		end_json(teller, err, counts);
	} else if (err == FSK_MISMATCH) {
		fputs("  Not one bot's name was asked for: an unblocked one would reach "
		      "others.\n",
		      out);
	} else if (err == FSK_OK) {
		if (asked(counts) == 0)
			write_nameless(teller, "  ");
		write_sum(out, counts);
		if (counts->asked[DRILL_PASSES] > 0 && teller->rules_little)
			fputs("  A list may leave names out on purpose: drill with the "
			      "--confidence, --popular and\n  --registered with which "
			      "it was made.\n",
			      out);
	}
	fflush(out);
}

static void
plan_json(struct output *output, const struct drill_name *name)
{
	char reason[WATCH_REASON_SIZE];

	watch_reason_write(&name->match, reason);
	fputs("{\"record\":\"plan\",", output->file);
	json_text(output, "name", (struct span){name->name.text, name->name.len});
	fprintf(output->file,
	        ",\"family\":\"%s\",\"variant\":\"%s\",\"index\":%" PRIu32 ",",
	        fsk_generator_family(name->match.generator),
	        fsk_generator_variant(name->match.generator), name->match.index);
	json_text(output, "reason", span_of(reason));
	fputs(tail(true), output->file);
}

static void
plan_text(FILE *out, const struct drill_name *name, size_t columns)
{
	char reason[WATCH_REASON_SIZE];

	watch_reason_write(&name->match, reason);
	words_safe(out, (struct span){name->name.text, name->name.len}, columns);
	fprintf(out, " %s\n", reason);
}

void
drill_tell_plan(const struct drill_teller *teller)
{
	const struct drill_plan *plan = teller->plan;
	size_t columns = name_columns(plan);

	for (size_t i = 0; i < plan->count; i++) {
		const struct drill_family *family = &plan->families[i];

		for (size_t k = 0; k < family->count; k++) {
			if (teller->json)
				plan_json(teller->output, &family->names[k]);
			else
				plan_text(teller->output->file, &family->names[k], columns);
		}
	}
	if (!teller->json)
		write_nameless(teller, "");
}
