/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/report_html.h"

#include "cmd/page.h"
#include "cmd/report_facts.h"
#include "cmd/report_line.h"
#include "cmd/row.h"

#include <inttypes.h>

#define NAMES_SHOWN 300 /* of a finding, without --verbose */
#define HOSTS_OPEN 10   /* whose names are shown without a click */
#define CHANCE_SHOWN 100

/* A browser must be able to show the page, whatever was read: of so many hosts all is
 * told, and so many have a row of a table. */
#define HOSTS_WHOLE 1000
#define HOSTS_LISTED 10000
#define COLLISIONS_SHOWN 200

/* What this page has beside the common. */
static const char style[] =
        ".infected{color:var(--bad);font-weight:600}.likely{color:var(--may);"
        "font-weight:600}\n"
        "svg{min-width:36rem;width:100%;height:auto}\n"
        ".axis{stroke:var(--line);fill:none}.tick{stroke:var(--tick);stroke-width:1.5}"
        ".passed{stroke:var(--soft);stroke-dasharray:2}\n";

static void
write_fact(const char *label, const char *text, void *context)
{
	page_fact(context, label, text);
}

/* Says that ${more} rows are not shown, if there are any. */
static void
write_more(FILE *out, size_t more, const char *what)
{
	if (more > 0)
		fprintf(out, "<p>%s not shown (--verbose shows all).</p>\n",
		        words_things(more, what).text);
}

static void
write_row(FILE *out, const struct report_row *row)
{
	fputs("<tr>", out);
	page_cell(out, row->host.text);
	html_element(out, "td", row->machine);
	fprintf(out, "<td class=\"%s\">%s</td>", row->verdict, row->verdict);
	page_cell(out, row->generator.text);
	page_cell(out, row->names.text);
	page_cell(out, row->posterior.text);
	page_cell(out, row->first.text);
	page_cell(out, row->last.text);
	html_element(out, "td", row->remarks);
	fputs("</tr>\n", out);
}

/* Writes the rows of ${host}: of the findings that are as bad as to be told, only the
 * worst of them unless ${all}, or one without a finding when it has none of them. */
static void
write_rows(FILE *out, const struct report *report, const struct verdict_host *host,
           bool all)
{
	struct report_row row;
	bool written = false;

	for (size_t i = 0; i < host->finding_count && (all || !written); i++) {
		if (host->findings[i].word == VERDICT_CHANCE &&
		    host->word != VERDICT_CHANCE)
			continue;
		report_fill(report, host, &host->findings[i], &row);
		write_row(out, &row);
		written = true;
	}
	if (!written) {
		report_fill(report, host, NULL, &row);
		write_row(out, &row);
	}
}

/* Says which of ${met} hosts a table of ${most} has not, and of which it has not all. */
static void
write_left_out(FILE *out, size_t met, size_t most)
{
	if (met > most)
		fprintf(out, "<p>Left out: %s of %s. The report as JSON has all.</p>\n",
		        words_things(met - most, "host").text, words_count(met).text);
	if (met > HOSTS_WHOLE && most > HOSTS_WHOLE)
		fprintf(out,
		        "<p>Of the hosts behind the worst %s only the worst finding is "
		        "listed.</p>\n",
		        words_count(HOSTS_WHOLE).text);
}

/* Writes what is not decided of ${host}: the first of it unless ${all}. */
static void
write_open(FILE *out, const struct report *report, const struct verdict_host *host,
           bool all)
{
	bool written = false;

	for (size_t i = 0; i < host->finding_count && (all || !written); i++) {
		const struct verdict_finding *finding = &host->findings[i];
		struct report_row row;

		if (!report_undecided(finding))
			continue;
		report_fill(report, host, finding, &row);
		fputs("<tr>", out);
		page_cell(out, row.host.text);
		page_cell(out, row.generator.text);
		page_cell(out, words_count(finding->found).text);
		page_cell(out, words_share(finding->chance).text);
		page_cell(out, row.posterior.text);
		html_element(out, "td", row.remarks);
		fputs("</tr>\n", out);
		written = true;
	}
}

/* Writes the table of the hosts that chance explains, or of those that are found, at
 * most ${most} hosts. */
static void
write_hosts(FILE *out, const struct report *report, bool chance, size_t most)
{
	static const char *const titles[] = {
	        "Host",      "Machine",    "Verdict",   "Generator", "Names",
	        "Posterior", "First seen", "Last seen", "Remarks",   NULL};
	const struct verdict *verdict = report->scan->verdict;
	size_t met = 0;

	page_begin_table(out, titles);
	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		if ((host->word == VERDICT_CHANCE) != chance || report_undecided_host(host))
			continue;
		if (met++ < most)
			write_rows(out, report, host, met <= HOSTS_WHOLE);
	}
	page_end_table(out);
	write_left_out(out, met, most);
}

/* Writes the hosts that are chance for want of certainty. */
static void
write_undecided(FILE *out, const struct report *report)
{
	static const char *const titles[] = {"Host",      "Generator", "Names", "By chance",
	                                     "Posterior", "Remarks",   NULL};
	const struct verdict *verdict = report->scan->verdict;
	size_t met = 0;

	fputs("<h2>Undecided</h2>\n<p>Names of forecasts, but too many names were asked to "
	      "rule out chance.</p>\n",
	      out);
	page_begin_table(out, titles);
	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		if (report_undecided_host(host) && met++ < HOSTS_LISTED)
			write_open(out, report, host, met <= HOSTS_WHOLE);
	}
	page_end_table(out);
	write_left_out(out, met, HOSTS_LISTED);
}

static void
write_place(FILE *out, const struct report *report, uint32_t file, uint64_t line)
{
	fputs("<td>", out);
	html_text(out, report_path(report, file));
	fprintf(out, ":%" PRIu64 "</td>", line);
}

static void
write_name(FILE *out, const struct report *report, const struct verdict_name *name)
{
	const char *uncounted = report_uncounted(name);
	char period[ROW_PERIOD_SIZE];
	char index[48];

	row_period(name->match.period, period);
	snprintf(index, sizeof(index), "%" PRIu32 " of %" PRIu32, name->match.index,
	         fsk_generator_names(name->match.generator));
	fputs("<tr>", out);
	page_cell(out, words_second(name->first_us).text);
	html_element(out, "td", name->text);
	page_cell(out, index);
	page_cell(out, period);
	page_cell(out, words_count(name->times).text);
	write_place(out, report, name->file, name->line);
	html_element(out, "td", uncounted != NULL ? uncounted : "");
	fputs("</tr>\n", out);
}

static void
write_finding(FILE *out, const struct report *report, const struct verdict_finding *finding)
{
	static const char *const titles[] = {
	        "First asked", "Name", "Place", "Of the list of",
	        "Times",       "Line", "",      NULL};
	size_t most = report->verbose ? SIZE_MAX : NAMES_SHOWN;

	fprintf(out,
	        "<p><b>%s</b>: <span class=\"%s\">%s</span>, %s in %s; by chance %s; "
	        "evidence %.1f, %.1f convicts.</p>\n",
	        words_generator(finding->generator).text, report_word(finding->word),
	        report_word(finding->word),
	        words_things(finding->found, "different name").text,
	        words_things(finding->sightings, "sighting").text,
	        words_share(finding->chance).text, finding->evidence,
	        verdict_judged_limit(report->scan->verdict));
	page_begin_table(out, titles);
	for (size_t i = 0; i < finding->name_count && i < most; i++)
		write_name(out, report, &finding->names[i]);
	page_end_table(out);
	write_more(out, finding->name_count > most ? finding->name_count - most : 0,
	           "name");
}

static void
write_requests(FILE *out, const struct report *report, const struct verdict_host *host)
{
	static const char *const titles[] = {
	        "Request of", "Count", "Counter (attacker-reported)", "First", "Last",
	        "Line",       NULL};

	page_begin_table(out, titles);
	for (size_t i = 0; i < host->request_count; i++) {
		const struct verdict_request *request = &host->requests[i];
		char counter[48] = "-";

		if (request->counter_least != SIGHTING_NO_COUNTER)
			snprintf(counter, sizeof(counter), "%" PRId64 " to %" PRId64,
			         request->counter_least, request->counter_most);
		fputs("<tr>", out);
		page_cell(out, request->fingerprint);
		page_cell(out, words_count(request->requests).text);
		page_cell(out, counter);
		page_cell(out, words_second(request->first_us).text);
		page_cell(out, words_second(request->last_us).text);
		write_place(out, report, request->file, request->line);
		fputs("</tr>\n", out);
	}
	page_end_table(out);
}

/* Writes all about ${host}. */
static void
write_host(FILE *out, const struct report *report, const struct verdict_host *host,
           bool open)
{
	struct report_row row;

	report_fill(report, host, NULL, &row);
	fprintf(out, "<details%s><summary>", open ? " open" : "");
	html_text(out, row.host.text);
	fprintf(out, " <span class=\"%s\">%s</span> ", row.verdict, row.verdict);
	html_text(out, row.machine[0] != '-' || row.machine[1] != '\0' ? row.machine : "");
	fputs("</summary>\n", out);
	report_line_write(out, report, host);
	for (size_t i = 0; i < host->finding_count; i++)
		write_finding(out, report, &host->findings[i]);
	if (host->request_count > 0)
		write_requests(out, report, host);
	fputs("</details>\n", out);
}

static void
write_each(FILE *out, const struct report *report)
{
	const struct verdict *verdict = report->scan->verdict;
	size_t written = 0;

	fputs("<h2>What they asked for</h2>\n", out);
	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		if (host->word == VERDICT_CHANCE && host->request_count == 0)
			continue;
		if (written++ < HOSTS_WHOLE)
			write_host(out, report, host, written <= HOSTS_OPEN);
	}
	if (written > HOSTS_WHOLE)
		fprintf(out,
		        "<p>Left out: the names and requests of %s; these are the worst of "
		        "%s. The report as JSON has all.</p>\n",
		        words_things(written - HOSTS_WHOLE, "host").text,
		        words_count(written).text);
}

static void
write_collisions(FILE *out, const struct report *report)
{
	static const char *const titles[] = {"Name", "Generator", "Hosts",
	                                     "That asked for nothing else of the list",
	                                     NULL};
	const struct verdict *verdict = report->scan->verdict;
	size_t count = verdict_collision_count(verdict);
	size_t most = report->verbose ? SIZE_MAX : COLLISIONS_SHOWN;

	if (count == 0)
		return;
	fputs("<h2>Names that several hosts asked for and nothing else of that list</h2>\n"
	      "<p>A real site, or a live domain of the botnet: look who owns it. Not "
	      "counted.</p>\n",
	      out);
	page_begin_table(out, titles);
	for (size_t i = 0; i < count && i < most; i++) {
		const struct verdict_collision *collision =
		        verdict_collision_at(verdict, i);

		fputs("<tr>", out);
		html_element(out, "td", collision->text);
		page_cell(out, words_generator(collision->generator).text);
		page_cell(out, words_count(collision->hosts).text);
		page_cell(out, words_count(collision->alone).text);
		fputs("</tr>\n", out);
	}
	page_end_table(out);
	write_more(out, count > most ? count - most : 0, "name");
}

/* What was found, in one line. */
static void
write_headline(FILE *out, const struct report *report, const struct report_tally *tally)
{
	struct words hosts = words_about(report_hosts(report));
	size_t infected = tally->word[VERDICT_INFECTED];
	size_t likely = tally->word[VERDICT_LIKELY];

	fputs("<h1>Review of logs: ", out);
	if (infected > 0 && likely > 0)
		fprintf(out, "%s of about %s hosts infected, %s more likely to be",
		        words_count(infected).text, hosts.text, words_count(likely).text);
	else if (infected + likely > 0)
		fprintf(out, "%s of about %s hosts %s", words_count(infected + likely).text,
		        hosts.text, infected > 0 ? "infected" : "likely to be infected");
	else if (!report_compared(report))
		fputs("nothing was compared", out);
	else
		fprintf(out, "none of about %s hosts found infected", hosts.text);
	fprintf(out, "%s</h1>\n", report->incomplete ? " (INCOMPLETE)" : "");
}

/* What the words mean, for who was sent the page. */
static const char meanings[] =
        "<h2>What this means</h2>\n<dl>\n"
        "<dt>Generator</dt><dd>The algorithm by which a bot makes the names of its "
        "control servers: malware family/variant. Each makes a list of names for each "
        "period of its own; no person types them.</dd>\n"
        "<dt>Evidence</dt><dd>How many different names of one list a host asked for in "
        "the time of that list, weighed against how many it would meet by chance: the "
        "logarithm of the odds. What convicts grows with the number of hosts.</dd>\n"
        "<dt>Posterior</dt><dd>The probability that the host is infected, if one host "
        "in 10,000 is.</dd>\n"
        "<dt>Infected</dt><dd>Chance does not explain the names. Take the machine off "
        "the network, keep its disk and memory for who examines it, and look for the "
        "malware family that is named.</dd>\n"
        "<dt>Likely</dt><dd>More probable than not: examine the machine, or read more "
        "days of logs.</dd>\n"
        "<dt>Relay</dt><dd>A resolver, proxy or gateway: a machine behind it is "
        "infected. Look in its own log for which.</dd>\n"
        "</dl>\n";

void
report_html_write(struct output *output, const struct report *report, int64_t now)
{
	struct report_tally tally = report_count(report);
	FILE *out = output->file;

	page_begin(out, "foresink: review of logs", style);
	write_headline(out, report, &tally);
	fputs("<h2>Hosts</h2>\n", out);
	if (report_found(report))
		write_hosts(out, report, false, HOSTS_LISTED);
	else if (!report_compared(report))
		fputs("<p>Nothing was compared: no line says a name that was asked for. "
		      "This clears nobody.</p>\n",
		      out);
	else
		fputs("<p>Nothing found: no host asked for names of the lists as an "
		      "infected "
		      "machine does.</p>\n",
		      out);
	fputs("<h2>Summary</h2>\n<dl>\n", out);
	report_facts(report, write_fact, out);
	fputs("</dl>\n", out);
	if (report_found(report) || tally.requests > 0)
		write_each(out, report);
	if (tally.undecided > 0)
		write_undecided(out, report);
	if (tally.word[VERDICT_CHANCE] > tally.undecided) {
		fputs("<details><summary>Hosts that asked for no more names of a list than "
		      "chance explains</summary>\n",
		      out);
		write_hosts(out, report, true,
		            report->verbose ? HOSTS_LISTED : CHANCE_SHOWN);
		fputs("</details>\n", out);
	}
	write_collisions(out, report);
	fputs(meanings, out);
	fprintf(out,
	        "<footer><p>Made by foresink %s at %s. All times are UTC. One name alone "
	        "is "
	        "never proof. Requests can be sent by anyone. foresink-scan(1) tells how "
	        "this is reckoned.</p></footer>\n",
	        fsk_version(), words_second(now * 1000000).text);
	page_end(out);
}
