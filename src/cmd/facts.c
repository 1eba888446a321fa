/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/facts.h"

#include "base/date.h"
#include "cmd/mdoc.h"
#include "cmd/meaning.h"

#include <inttypes.h>

#define SAMPLE_FROM INT64_C(1672531200) /* 2023-01-01 */
#define SAMPLE_TO INT64_C(1798761599)   /* 2026-12-31, the last second */

/* Widens ${shortest}..${longest}, in seconds, by the periods of ${generator}. */
static void
measure(const struct dga_generator *generator, int64_t *shortest, int64_t *longest)
{
	struct fsk_period period;

	if (dga_period_first(generator, SAMPLE_FROM, SAMPLE_TO, &period) != FSK_OK)
		return;
	if (period.last == INT64_MAX) {
		*longest = INT64_MAX;
		return;
	}
	do {
		int64_t length = period.last - period.first + 1;

		*shortest = length < *shortest ? length : *shortest;
		*longest = length > *longest ? length : *longest;
	} while (dga_period_next(generator, SAMPLE_TO, &period) == FSK_OK);
}

void
facts_period(const struct dga_family *family, char text[FACTS_PERIOD_SIZE])
{
	int64_t shortest = INT64_MAX;
	int64_t longest = 0;

	for (size_t i = 0; i < family->variant_count; i++) {
		struct dga_generator generator = {.family = family,
		                                  .variant = &family->variants[i]};

		measure(&generator, &shortest, &longest);
	}
	if (longest == INT64_MAX)
		snprintf(text, FACTS_PERIOD_SIZE, "for ever");
	else if (longest % DATE_DAY != 0)
		snprintf(text, FACTS_PERIOD_SIZE, "%" PRId64 " s", longest);
	else if (shortest == longest)
		snprintf(text, FACTS_PERIOD_SIZE, "%" PRId64 " day%s", longest / DATE_DAY,
		         longest == DATE_DAY ? "" : "s");
	else
		snprintf(text, FACTS_PERIOD_SIZE, "%" PRId64 " to %" PRId64 " days",
		         shortest / DATE_DAY, longest / DATE_DAY);
}

const char *
facts_life(const struct dga_family *family)
{
	switch (family->life) {
	case DGA_ALIVE:
		return "alive";
	case DGA_ORPHAN:
		return "orphan";
	case DGA_DEAD:
		return "dead";
	}
	return "unknown";
}

uint32_t
facts_names(const struct dga_family *family)
{
	uint32_t most = 0;

	for (size_t i = 0; i < family->variant_count; i++) {
		if (family->variants[i].count > most)
			most = family->variants[i].count;
	}
	return most;
}

/* A name in somebody's catalog. */
struct alias {
	const char *catalog;
	const char *name;
};

#define ALIASES 4

static void
list_aliases(const struct dga_family *family, struct alias aliases[ALIASES])
{
	aliases[0] = (struct alias){"Malpedia", family->aka.malpedia};
	aliases[1] = (struct alias){"DGArchive", family->aka.dgarchive};
	aliases[2] = (struct alias){"Microsoft", family->aka.microsoft};
	aliases[3] = (struct alias){"Symantec", family->aka.symantec};
}

static void
write_suffixes(struct output *output, const struct dga_variant *variant)
{
	for (size_t i = 0; i < variant->suffix_count; i++)
		fprintf(output->file, "%s%s", i == 0 ? "" : " ",
		        variant->suffixes[i].text + 1);
}

static void
write_variant(struct output *output, const struct dga_variant *variant)
{
	char suffixes[16];

	fprintf(output->file, "  %-20s %6" PRIu32 " names, labels of %u to %u, ",
	        variant->name, variant->count, variant->label_min, variant->label_max);
	if (variant->suffix_count <= 8) {
		write_suffixes(output, variant);
	} else {
		snprintf(suffixes, sizeof(suffixes), "%u suffixes", variant->suffix_count);
		fputs(suffixes, output->file);
	}
	fprintf(output->file, "; %s; confidence %s\n", variant->about,
	        dga_confidence_name(variant->confidence));
	meaning_wrap(output, variant->proof_standing, 6);
}

static void
write_labelled(struct output *output, const char *label, const char *text)
{
	fprintf(output->file, "%s\n", label);
	meaning_wrap(output, text, 4);
}

void
facts_write_text(struct output *output, const struct dga_family *family)
{
	struct alias aliases[ALIASES];
	char period[FACTS_PERIOD_SIZE];
	FILE *out = output->file;

	facts_period(family, period);
	list_aliases(family, aliases);
	fprintf(out, "%s: %s\n\n", family->name, family->title);
	fprintf(out, "First seen  %s\nLast seen   %s\nLife        %s\n", family->first_seen,
	        family->last_seen != NULL ? family->last_seen : "still",
	        facts_life(family));
	meaning_wrap(output, family->life_note, 12);
	fprintf(out, "List holds  %s\n", period);
	for (size_t i = 0; i < ALIASES; i++)
		fprintf(out, "%-10s  %s\n", aliases[i].catalog,
		        aliases[i].name != NULL ? aliases[i].name : "-");
	fputc('\n', out);
	meaning_wrap(output, family->text, 0);
	fputc('\n', out);
	write_labelled(output, "What a bot tries:", family->tries_note);
	fprintf(out, "Computable by outsiders from %s:\n", family->known_from);
	meaning_wrap(output, family->known_note, 4);
	fputs("Variants, and how certain their lists are:\n", out);
	for (size_t i = 0; i < family->variant_count; i++)
		write_variant(output, &family->variants[i]);
	fputs("Sources:\n", out);
	for (size_t i = 0; family->sources[i] != NULL; i++)
		meaning_wrap(output, family->sources[i], 4);
}

static void
write_pair(struct output *output, const char *key, const char *value)
{
	fprintf(output->file, ",\"%s\":", key);
	if (value != NULL)
		output_json(output, value, strlen(value));
	else
		fputs("null", output->file);
}

static void
write_json_variant(struct output *output, const struct dga_variant *variant)
{
	fprintf(output->file,
	        "{\"name\":\"%s\",\"names\":%" PRIu32 ",\"label_min\":%u,\"label_max\":%u",
	        variant->name, variant->count, variant->label_min, variant->label_max);
	write_pair(output, "about", variant->about);
	fputs(",\"suffixes\":[", output->file);
	for (size_t i = 0; i < variant->suffix_count; i++)
		fprintf(output->file, "%s\"%s\"", i == 0 ? "" : ",",
		        variant->suffixes[i].text + 1);
	fputc(']', output->file);
	write_pair(output, "proof_date", variant->proof_date);
	write_pair(output, "proof_sha256", variant->proof_sha256);
	write_pair(output, "proof_standing", variant->proof_standing);
	write_pair(output, "confidence", dga_confidence_name(variant->confidence));
	fputc('}', output->file);
}

void
facts_write_json(struct output *output, const struct dga_family *family)
{
	struct alias aliases[ALIASES];
	char period[FACTS_PERIOD_SIZE];
	FILE *out = output->file;

	facts_period(family, period);
	list_aliases(family, aliases);
	fprintf(out, "{\"family\":\"%s\"", family->name);
	write_pair(output, "title", family->title);
	write_pair(output, "first_seen", family->first_seen);
	write_pair(output, "last_seen", family->last_seen);
	write_pair(output, "life", facts_life(family));
	write_pair(output, "life_note", family->life_note);
	write_pair(output, "known_from", family->known_from);
	write_pair(output, "known_note", family->known_note);
	write_pair(output, "list_holds", period);
	fprintf(out, ",\"tries\":");
	fprintf(out, family->tries > 0 ? "%" PRIu32 : "null", family->tries);
	write_pair(output, "tries_note", family->tries_note);
	fputs(",\"aka\":{", out);
	for (size_t i = 0; i < ALIASES; i++) {
		fprintf(out, "%s\"%s\":", i == 0 ? "" : ",", aliases[i].catalog);
		if (aliases[i].name != NULL)
			output_json(output, aliases[i].name, strlen(aliases[i].name));
		else
			fputs("null", out);
	}
	fputc('}', out);
	write_pair(output, "text", family->text);
	fputs(",\"variants\":[", out);
	for (size_t i = 0; i < family->variant_count; i++) {
		fputs(i == 0 ? "" : ",", out);
		write_json_variant(output, &family->variants[i]);
	}
	fputs("],\"sources\":[", out);
	for (size_t i = 0; family->sources[i] != NULL; i++) {
		fputs(i == 0 ? "" : ",", out);
		output_json(output, family->sources[i], strlen(family->sources[i]));
	}
	fputs("]}\n", out);
}

/* Writes one item of a tagged list. */
static void
write_mdoc_item(FILE *out, const char *tag, const char *text)
{
	fprintf(out, ".It %s\n", tag);
	mdoc_text(out, text != NULL ? text : "-");
}

void
facts_write_mdoc(struct output *output, const struct dga_family *family)
{
	struct alias aliases[ALIASES];
	char period[FACTS_PERIOD_SIZE];
	FILE *out = output->file;

	facts_period(family, period);
	list_aliases(family, aliases);
	fprintf(out, ".Ss %s\n", family->name);
	mdoc_text(out, family->title);
	fputs(".Bl -tag -width \"Computable since\"\n", out);
	write_mdoc_item(out, "First seen", family->first_seen);
	write_mdoc_item(out, "Last seen",
	                family->last_seen != NULL ? family->last_seen : "still");
	fprintf(out, ".It Life\n%s:\n", facts_life(family));
	mdoc_text(out, family->life_note);
	write_mdoc_item(out, "A list holds", period);
	write_mdoc_item(out, "A bot tries", family->tries_note);
	fprintf(out, ".It Computable since\n%s:\n", family->known_from);
	mdoc_text(out, family->known_note);
	for (size_t i = 0; i < ALIASES; i++) {
		if (aliases[i].name != NULL)
			write_mdoc_item(out, aliases[i].catalog, aliases[i].name);
	}
	fputs(".El\n.Pp\n", out);
	mdoc_text(out, family->text);
	fputs(".Pp\nVariants:\n.Bl -tag -width Ds -compact\n", out);
	for (size_t i = 0; i < family->variant_count; i++) {
		const struct dga_variant *variant = &family->variants[i];

		fprintf(out,
		        ".It Cm %s/%s\n%" PRIu32 " names, labels of %u to %u letters:\n",
		        family->name, variant->name, variant->count, variant->label_min,
		        variant->label_max);
		mdoc_text(out, variant->about);
		fprintf(out, ".Po\nconfidence %s:\n",
		        dga_confidence_name(variant->confidence));
		mdoc_text(out, variant->proof_standing);
		fputs(".Pc\n", out);
	}
	fputs(".El\n.Pp\nSources:\n.Bl -bullet -compact\n", out);
	for (size_t i = 0; family->sources[i] != NULL; i++) {
		fputs(".It\n", out);
		mdoc_text(out, family->sources[i]);
	}
	fputs(".El\n", out);
}
