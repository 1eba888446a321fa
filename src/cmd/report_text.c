/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/report_text.h"

#include "cmd/report_facts.h"
#include "cmd/row.h"

#include <inttypes.h>

#define NAMES_SHOWN 10      /* of a finding, without --verbose */
#define REQUESTS_SHOWN 50   /* in all, the same */
#define COLLISIONS_SHOWN 20 /* the same */
#define UNDECIDED_SHOWN 50  /* the same; findings */

/* Whether ${host} or a finding is one of those that the table is for. */
static bool
shown(enum verdict_word word, bool chance)
{
	return (word == VERDICT_CHANCE) == chance;
}

/* Columns that the hosts and the machines need. */
struct widths {
	size_t host;
	size_t machine;
};

static void
write_row(FILE *out, const struct report_row *row, const struct widths *widths)
{
	words_safe(out, span_of(row->host.text), widths->host + 2);
	words_safe(out, span_of(row->machine), widths->machine + 2);
	fprintf(out, "%-8s  %-18s  %-10s  %-9s  %-20s  %-20s", row->verdict,
	        row->generator.text, row->names.text, row->posterior.text, row->first.text,
	        row->last.text);
	if (row->remarks[0] != '\0') {
		fputs("  ", out);
		words_safe(out, span_of(row->remarks), 0);
	}
	fputc('\n', out);
}

static void
widen(const struct report_row *row, struct widths *widths)
{
	size_t host = words_safe_width(span_of(row->host.text));
	size_t machine = words_safe_width(span_of(row->machine));

	widths->host = host > widths->host ? host : widths->host;
	widths->machine = machine > widths->machine ? machine : widths->machine;
}

/* Writes the rows of ${host} to ${out}, or measures them for ${widths} when that
 * is NULL. With ${chance} those that are chance, else the others. */
static void
write_host(FILE *out, const struct report *report, const struct verdict_host *host,
           struct widths *widths)
{
	bool chance = host->word == VERDICT_CHANCE;
	struct report_row row;
	size_t written = 0;

	for (size_t i = 0; i <= host->finding_count; i++) {
		const struct verdict_finding *finding =
		        i < host->finding_count ? &host->findings[i] : NULL;

		if (finding != NULL ? !shown(finding->word, chance) : written > 0)
			continue;
		report_fill(report, host, finding, &row);
		if (out == NULL)
			widen(&row, widths);
		else
			write_row(out, &row, widths);
		written++;
	}
}

/* Writes the table of the hosts that are chance, or of the others. */
static void
write_table(FILE *out, const struct report *report, bool chance)
{
	const struct verdict *verdict = report->scan->verdict;
	struct widths widths = {sizeof("HOST") - 1, sizeof("MACHINE") - 1};

	for (unsigned pass = 0; pass < 2; pass++) {
		if (pass == 1)
			fprintf(out,
			        "%-*s  %-*s  %-8s  %-18s  %-10s  %-9s  %-20s  %-20s  %s\n",
			        (int)widths.host, "HOST", (int)widths.machine, "MACHINE",
			        "VERDICT", "GENERATOR", "NAMES", "POSTERIOR", "FIRST SEEN",
			        "LAST SEEN", "REMARKS");
		for (size_t i = 0; i < verdict_host_count(verdict); i++) {
			const struct verdict_host *host = verdict_host_at(verdict, i);

			if (shown(host->word, chance) && !report_undecided_host(host))
				write_host(pass == 1 ? out : NULL, report, host, &widths);
		}
	}
}

static void
write_name(FILE *out, const struct report *report, const struct verdict_finding *finding,
           const struct verdict_name *name)
{
	char period[ROW_PERIOD_SIZE];

	row_period(name->match.period, period);
	fprintf(out, "  %s  %-32s  %6" PRIu32 " of %" PRIu32 ", %s  ",
	        words_second(name->first_us).text, name->text, name->match.index,
	        fsk_generator_names(finding->generator), period);
	words_safe(out, span_of(report_path(report, name->file)), 0);
	fprintf(out, ":%" PRIu64, name->line);
	if (name->times > 1)
		fprintf(out, ", %s times", words_count(name->times).text);
	if (report_uncounted(name) != NULL)
		fprintf(out, ", %s", report_uncounted(name));
	fputc('\n', out);
}

static void
write_finding(FILE *out, const struct report *report, const struct verdict_host *host,
              const struct verdict_finding *finding)
{
	size_t most = report->verbose ? SIZE_MAX : NAMES_SHOWN;

	fputc('\n', out);
	words_safe(out, span_of(report_client(host).text), 0);
	fprintf(out, ", %s: %s in %s; by chance %s; evidence %.1f, %.1f convicts\n",
	        words_generator(finding->generator).text,
	        words_things(finding->found, "different name").text,
	        words_things(finding->sightings, "sighting").text,
	        words_share(finding->chance).text, finding->evidence,
	        verdict_judged_limit(report->scan->verdict));
	for (size_t i = 0; i < finding->name_count && i < most; i++)
		write_name(out, report, finding, &finding->names[i]);
	if (finding->name_count > most)
		fprintf(out, "  %s more (--verbose shows them)\n",
		        words_count(finding->name_count - most).text);
}

static void
write_names(FILE *out, const struct report *report)
{
	const struct verdict *verdict = report->scan->verdict;

	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		for (size_t f = 0; f < host->finding_count; f++) {
			if (host->findings[f].word != VERDICT_CHANCE || report->verbose)
				write_finding(out, report, host, &host->findings[f]);
		}
	}
}

/* Writes "counter 3 to 567", or one of them when they are the same. */
static void
write_counter(FILE *out, const struct verdict_request *request)
{
	if (request->counter_least == SIGHTING_NO_COUNTER)
		return;
	fprintf(out, "counter %" PRId64, request->counter_least);
	if (request->counter_most != request->counter_least)
		fprintf(out, " to %" PRId64, request->counter_most);
	fputs(" (attacker-reported), ", out);
}

static void
write_request(FILE *out, const struct report *report, const struct verdict_host *host,
              const struct verdict_request *request)
{
	fputs("  ", out);
	words_safe(out, span_of(report_client(host).text), 0);
	fprintf(out, ": %s of %s, %s", words_things(request->requests, "request").text,
	        request->fingerprint, words_second(request->first_us).text);
	if (request->last_us > request->first_us)
		fprintf(out, " to %s", words_second(request->last_us).text);
	fputs(", ", out);
	write_counter(out, request);
	words_safe(out, span_of(report_path(report, request->file)), 0);
	fprintf(out, ":%" PRIu64 "\n", request->line);
}

static void
write_requests(FILE *out, const struct report *report)
{
	const struct verdict *verdict = report->scan->verdict;
	size_t most = report->verbose ? SIZE_MAX : REQUESTS_SHOWN;
	size_t count = 0;

	fputs("\nRequests as bots send them (anyone can send them: a hint, no proof):\n",
	      out);
	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		for (size_t r = 0; r < host->request_count; r++) {
			if (count++ < most)
				write_request(out, report, host, &host->requests[r]);
		}
	}
	if (count > most)
		fprintf(out, "  %s more (--verbose shows them)\n",
		        words_count(count - most).text);
}

static void
write_collisions(FILE *out, const struct report *report)
{
	const struct verdict *verdict = report->scan->verdict;
	size_t count = verdict_collision_count(verdict);
	size_t most = report->verbose ? SIZE_MAX : COLLISIONS_SHOWN;

	if (count == 0)
		return;
	fputs("\nNames that several hosts asked for and nothing else of that list (a real "
	      "site, or a live domain of the botnet: look who owns it); not counted:\n",
	      out);
	for (size_t i = 0; i < count && i < most; i++) {
		const struct verdict_collision *collision =
		        verdict_collision_at(verdict, i);

		fprintf(out,
		        "  %s (%s): asked for by %s, %s of which asked for nothing else "
		        "of that list\n",
		        collision->text, words_generator(collision->generator).text,
		        words_things(collision->hosts, "host").text,
		        words_count(collision->alone).text);
	}
	if (count > most)
		fprintf(out, "  %s more (--verbose shows them)\n",
		        words_count(count - most).text);
}

/* Writes the row of ${finding} to ${out}, or measures its host for ${width} when that
 * is NULL. */
static void
write_open(FILE *out, const struct report *report, const struct verdict_host *host,
           const struct verdict_finding *finding, size_t *width)
{
	struct report_row row;
	size_t len;

	report_fill(report, host, finding, &row);
	len = words_safe_width(span_of(row.host.text));
	*width = len > *width ? len : *width;
	if (out == NULL)
		return;
	words_safe(out, span_of(row.host.text), *width + 2);
	fprintf(out, "%-18s  %-10s  %-9s  %-9s  ", row.generator.text,
	        words_count(finding->found).text, words_share(finding->chance).text,
	        row.posterior.text);
	words_safe(out, span_of(row.remarks), 0);
	fputc('\n', out);
}

/* Writes, or measures, the first ${most} findings that are undecided. Returns how many
 * there are. */
static size_t
write_all_open(FILE *out, const struct report *report, size_t most, size_t *width)
{
	const struct verdict *verdict = report->scan->verdict;
	size_t count = 0;

	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		if (!report_undecided_host(host))
			continue;
		for (size_t f = 0; f < host->finding_count; f++) {
			if (report_undecided(&host->findings[f]) && count++ < most)
				write_open(out, report, host, &host->findings[f], width);
		}
	}
	return count;
}

/* Writes the hosts that are chance for want of certainty. */
static void
write_undecided(FILE *out, const struct report *report)
{
	size_t most = report->verbose ? SIZE_MAX : UNDECIDED_SHOWN;
	size_t width = sizeof("HOST") - 1;
	size_t count = write_all_open(NULL, report, most, &width);

	fputs("\nUndecided: names of forecasts, but too many names were asked to rule out "
	      "chance:\n",
	      out);
	fprintf(out, "%-*s  %-18s  %-10s  %-9s  %-9s  %s\n", (int)width, "HOST",
	        "GENERATOR", "NAMES", "BY CHANCE", "POSTERIOR", "REMARKS");
	write_all_open(out, report, most, &width);
	if (count > most)
		fprintf(out, "%s more (--verbose shows them)\n",
		        words_count(count - most).text);
}

/* Writes what is left of ${tally}: the hosts of which chance explains all. */
static void
write_chance(FILE *out, const struct report *report, const struct report_tally *tally)
{
	size_t count = tally->word[VERDICT_CHANCE] - tally->undecided;

	if (count > 0)
		fprintf(out,
		        "\n%s asked for no more names of a list than chance explains%s\n",
		        words_things(count, "host").text,
		        report->verbose ? ":" : " (--verbose shows them).");
	if (count > 0 && report->verbose)
		write_table(out, report, true);
}

void
report_text_write(struct output *output, const struct report *report)
{
	struct report_tally tally = report_count(report);
	FILE *out = output->file;

	report_facts_write(report, out);
	fputc('\n', out);
	if (report_found(report)) {
		write_table(out, report, false);
	} else if (!report_compared(report)) {
		fputs("Nothing was compared: no line says a name that was asked for. This "
		      "clears nobody.\n",
		      out);
	} else {
		fprintf(out,
		        "Nothing found: no host asked for names of the lists of %s as an "
		        "infected machine does.\n",
		        words_things(report->generators, "generator").text);
	}
	if (tally.undecided > 0)
		write_undecided(out, report);
	write_chance(out, report, &tally);
	write_names(out, report);
	if (tally.requests > 0)
		write_requests(out, report);
	write_collisions(out, report);
}

void
report_text_rise(struct output *output, const struct report *report,
                 const struct verdict_host *host)
{
	const struct verdict_finding *finding =
	        host->finding_count > 0 ? &host->findings[0] : NULL;
	struct report_row row;

	report_fill(report, host, finding, &row);
	fprintf(output->file, "%s  %s  ", words_second(host->last_us).text, row.host.text);
	words_safe(output->file, span_of(row.machine), 0);
	fprintf(output->file, "  is %s: %s, names %s, posterior %s",
	        report_word(host->word), row.generator.text, row.names.text,
	        row.posterior.text);
	if (row.remarks[0] != '\0') {
		fputs("; ", output->file);
		words_safe(output->file, span_of(row.remarks), 0);
	}
	fputc('\n', output->file);
}
