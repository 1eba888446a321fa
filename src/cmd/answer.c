/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/answer.h"

#include "base/ascii.h"
#include "base/date.h"
#include "cmd/collision.h"
#include "cmd/meaning.h"
#include "cmd/row.h"
#include "watch/reason.h"
#include "watch/utf8.h"
#include "wire/name.h"

#include <inttypes.h>
#include <string.h>

/* Writes ${text} with what is not printable as \xHH. */
static void
write_escaped(FILE *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (ascii_print(text.text[i]))
			fputc(text.text[i], out);
		else
			fprintf(out, "\\x%02x", (unsigned char)text.text[i]);
	}
}

/* Writes ${text}, UTF-8 as it is, and what is none or cannot be shown as \xHH. */
static void
write_shown(FILE *out, struct span text)
{
	while (text.len > 0) {
		uint32_t point = 0;
		size_t octets = utf8_read(text, &point);

		if (octets > 0 && !utf8_steers(point)) {
			fwrite(text.text, 1, octets, out);
		} else {
			octets = octets > 0 ? octets : 1;
			write_escaped(out, (struct span){text.text, octets});
		}
		text = span_from(text, octets);
	}
}

/* The line that the answer which blocks the name carries, and the alert: one text for all
 * three, so that who meets it in one place finds it in the others. */
static void
write_reason(FILE *out, const struct fsk_match *match)
{
	char text[WATCH_REASON_SIZE];

	watch_reason_write(match, text);
	fprintf(out, "    why: %s\n", text);
}

/* Writes what the collision stage says of ${name} as ${match}, if it says anything. */
static void
write_ruling(FILE *out, const struct answer *answer, const struct fsk_match *match,
             const struct fsk_name *name)
{
	struct watch_ruling ruling;
	char text[WATCH_RULING_SIZE];

	collision_rule(answer->rules, match, name, &ruling);
	if (ruling.ground == WATCH_GROUND_NONE)
		return;
	watch_ruling_write(&ruling, text);
	fprintf(out, "    %s%s: ", watch_state_name(ruling.state),
	        ruling.ground == WATCH_GROUND_SUSPICIOUS ? ", suspicious" : "");
	write_shown(out, span_of(text));
	fputc('\n', out);
}

static bool
unborn(const struct dga_generator *generator, const struct fsk_match *match)
{
	return match->period.last < dga_first_seen(generator->family);
}

static void
write_match(struct output *output, const struct answer *answer,
            const struct fsk_match *match, const struct fsk_name *name)
{
	struct dga_generator generator = dga_generator_at(match->generator);
	const struct fsk_name *asked = &answer->asked->name;
	char number[DGA_GENERATOR_NAME_SIZE];
	char period[ROW_PERIOD_SIZE];

	dga_generator_name(&generator, number);
	row_period(match->period, period);
	fprintf(output->file, "%s: ", asked->text);
	if (name->len != asked->len)
		fprintf(output->file, "below %s: ", name->text);
	fprintf(output->file, "%s #%" PRIu32 " of %" PRIu32 ", %s (%s)", number,
	        match->index, generator.variant->count, period,
	        meaning_of_time(match->period, answer->now));
	if (unborn(&generator, match))
		fprintf(output->file, "; before it was first seen (%s): no bot asked then",
		        generator.family->first_seen);
	fputc('\n', output->file);
	write_reason(output->file, match);
	write_ruling(output->file, answer, match, name);
}

/* Writes the ${count} matches at ${hits}, all of one generator, in the order of
 * time: at most as many as the answer wants, those that are nearest to now. */
static void
write_generator(struct output *output, const struct answer *answer,
                const struct fsk_name *name, const struct hit *hits, size_t count)
{
	size_t windows = answer->windows;
	size_t next = 0; /* the first that is not over yet */
	size_t first = 0;

	while (next < count && hits[next].match.period.last < answer->now)
		next++;
	if (count > windows)
		first = next > windows / 2 ? next - windows / 2 : 0;
	if (count > windows && first > count - windows)
		first = count - windows;
	for (size_t i = first; i < count && i < first + windows; i++)
		write_match(output, answer, &hits[i].match, name);
	if (count > windows)
		fprintf(output->file,
		        "%s: ... %zu earlier and %zu later (--json lists all)\n",
		        answer->asked->name.text, first, count - windows - first);
}

/* Writes the matches of ${name}, which is the asked name or one of its parents.
 * Returns how many there are. */
static size_t
write_matches(struct output *output, const struct answer *answer,
              const struct fsk_name *name)
{
	size_t count;
	const struct hit *hits = hits_of(answer->hits, name, &count);
	size_t same; /* matches of one generator */

	for (size_t i = 0; i < count; i += same) {
		for (same = 1; i + same < count; same++) {
			if (hits[i + same].match.generator != hits[i].match.generator)
				break;
		}
		write_generator(output, answer, name, &hits[i], same);
	}
	return count;
}

/* Writes what the name and the names above it are, where that matters to
 * somebody who thinks of blocking them. */
static void
write_suffix_notes(struct output *output, const struct fsk_name *asked)
{
	struct fsk_name name = *asked;
	bool rented;

	if (asked_is_public_suffix(&name, &rented))
		fprintf(output->file, "    %s is a public suffix: never block it\n",
		        name.text);
	while (wire_name_parent(&name, &name)) {
		if (asked_is_public_suffix(&name, &rented) && rented)
			fprintf(output->file,
			        "    its parent %s is no forecast: it belongs to everybody "
			        "who "
			        "rents a name below it; judge the full name, never block "
			        "%s\n",
			        name.text, name.text);
	}
}

void
answer_write_text(struct output *output, const struct answer *answer)
{
	char words[ASKED_WORDS_SIZE];
	struct fsk_name name;
	size_t matches = 0;

	if (answer->asked == NULL)
		return; /* the error was said on stderr */
	name = answer->asked->name;
	do {
		matches += write_matches(output, answer, &name);
	} while (wire_name_parent(&name, &name));
	if (matches == 0)
		fprintf(output->file, "%s: no family gives it\n", answer->asked->name.text);
	asked_tell(answer->asked, words);
	if (words[0] != '\0') {
		fputs("    asked as ", output->file);
		write_escaped(output->file, answer->text);
		fprintf(output->file, ": %s\n", words);
	}
	write_suffix_notes(output, &answer->asked->name);
}

/* Writes what the collision stage says of ${name} as ${match}, as members. */
static void
write_json_ruling(struct output *output, const struct answer *answer,
                  const struct fsk_match *match, const struct fsk_name *name)
{
	struct watch_ruling ruling;
	char text[WATCH_RULING_SIZE];

	collision_rule(answer->rules, match, name, &ruling);
	watch_ruling_write(&ruling, text);
	fprintf(output->file, ",\"state\":\"%s\",\"ground\":\"%s\",\"why\":",
	        watch_state_name(ruling.state), watch_ground_name(ruling.ground));
	if (text[0] != '\0')
		output_json(output, text, strlen(text));
	else
		fputs("null", output->file);
}

static void
write_json_match(struct output *output, const struct answer *answer,
                 const struct fsk_match *match, const struct fsk_name *name)
{
	struct dga_generator generator = dga_generator_at(match->generator);
	char reason[WATCH_REASON_SIZE];

	fprintf(output->file,
	        "{\"family\":\"%s\",\"variant\":\"%s\",\"index\":%" PRIu32
	        ",\"of\":%" PRIu32 ",\"matched\":",
	        generator.family->name, generator.variant->name, match->index,
	        generator.variant->count);
	output_json(output, name->text, name->len);
	fputs(",\"start\":", output->file);
	output_json_instant(output, match->period.first);
	fputs(",\"end\":", output->file);
	output_json_instant(output, match->period.last);
	fprintf(output->file, ",\"time\":\"%s\",\"before_first_seen\":%s",
	        meaning_of_time(match->period, answer->now),
	        unborn(&generator, match) ? "true" : "false");
	watch_reason_write(match, reason);
	fputs(",\"reason\":", output->file);
	output_json(output, reason, strlen(reason));
	write_json_ruling(output, answer, match, name);
	fputc('}', output->file);
}

static void
write_json_matches(struct output *output, const struct answer *answer)
{
	struct fsk_name name = answer->asked->name;
	const char *between = "";

	fputs(",\"matches\":[", output->file);
	do {
		size_t count;
		const struct hit *hits = hits_of(answer->hits, &name, &count);

		for (size_t i = 0; i < count; i++) {
			fputs(between, output->file);
			write_json_match(output, answer, &hits[i].match, &name);
			between = ",";
		}
	} while (wire_name_parent(&name, &name));
	fputc(']', output->file);
}

/* The nearest parent below which names are rented, as a JSON string or null. */
static void
write_json_parent(struct output *output, const struct fsk_name *asked)
{
	struct fsk_name name = *asked;
	bool rented;

	fputs(",\"shared_parent\":", output->file);
	while (wire_name_parent(&name, &name)) {
		if (asked_is_public_suffix(&name, &rented) && rented) {
			output_json(output, name.text, name.len);
			return;
		}
	}
	fputs("null", output->file);
}

void
answer_write_json(struct output *output, const struct answer *answer)
{
	const struct selection *searched = answer->selection;
	char words[ASKED_WORDS_SIZE];

	fputs("{\"asked\":", output->file);
	output_json(output, answer->text.text, answer->text.len);
	if (answer->asked == NULL) {
		fputs(",\"error\":", output->file);
		output_json(output, answer->why, strlen(answer->why));
		fputs("}\n", output->file);
		return;
	}
	fputs(",\"name\":", output->file);
	output_json(output, answer->asked->name.text, answer->asked->name.len);
	fputs(",\"taken\":", output->file);
	asked_tell(answer->asked, words);
	if (words[0] != '\0')
		output_json(output, words, strlen(words));
	else
		fputs("null", output->file);
	write_json_parent(output, &answer->asked->name);
	write_json_matches(output, answer);
	fprintf(output->file,
	        ",\"searched\":{\"generators\":%zu,\"from\":", searched->count);
	output_json_instant(output, answer->span.from);
	fputs(",\"to\":", output->file);
	output_json_instant(output, answer->span.to);
	fputs("}}\n", output->file);
}
