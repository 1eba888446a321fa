/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_html.h"

#include "base/date.h"
#include "cmd/census_plot_bars.h"
#include "cmd/census_plot_days.h"
#include "cmd/census_plot_hours.h"
#include "cmd/census_plot_words.h"
#include "cmd/census_words.h"
#include "cmd/page.h"

/* Blue, orange and grey are told apart by all kinds of colour-blind eyes (Okabe, Ito,
 * "Color Universal Design", 2008); what they mark differs in form, too. Letters of plots
 * double on a telephone, where the plot has half its size. */
static const char style[] =
        ":root{--counted:#4c8fbf;--hosts:#b34700;--band:#e08a3c;--held:#8c959f}\n"
        "@media screen and (prefers-color-scheme:dark){:root{--counted:#3f7fb0;"
        "--hosts:#ffb454;--band:#e69f00;--held:#6e7681}}\n"
        "h3{font-size:1rem;margin:1.5rem 0 .3rem}\n"
        ".lead{font-size:1.15rem}.lead b{font-variant-numeric:tabular-nums}\n"
        ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,"
        "100%),1fr));gap:1rem}\n"
        ".figures section{border:1px solid var(--line);border-radius:.4rem;"
        "padding:.2rem .9rem;break-inside:avoid}\n"
        ".figures dl{display:grid;gap:.1rem .7rem;font-size:.875rem}"
        ".figures dd{margin:0}\n"
        ".figures h3::first-letter{text-transform:uppercase}"
        ".big{font-size:1.4rem;margin:.2rem 0;font-variant-numeric:tabular-nums}"
        "table{width:auto}th+th,td+td{text-align:right;padding-left:1.2rem}\n"
        ".refused th,.refused td{text-align:left}h4{margin:.6rem 0 .2rem}\n"
        "figure{margin:0}figcaption{font-size:.875rem;color:var(--soft);max-width:52rem;"
        "overflow-wrap:anywhere}\n"
        "svg{display:block;width:100%;max-width:52rem;height:auto;"
        "font-variant-numeric:tabular-nums}\n"
        ".counted{fill:var(--counted)}.held{fill:var(--held)}"
        ".band{fill:var(--band);fill-opacity:.35}"
        ".hosts{fill:none;stroke:var(--hosts);stroke-width:2}"
        ".trend{fill:none;stroke:var(--hosts);stroke-width:2.5}"
        ".change{fill:none;stroke:var(--ink);stroke-dasharray:4 3}"
        ".grid{fill:none;stroke:var(--line)}.base{fill:none;stroke:var(--soft)}\n"
        "text.count{text-anchor:end;dominant-baseline:central}"
        "text.value{dominant-baseline:central;paint-order:stroke;stroke:var(--paper);"
        "stroke-width:4px}text.time{dominant-baseline:hanging}"
        "text.mark{text-anchor:middle;font-weight:600}text.unit{fill:var(--soft)}\n"
        ".keys{margin:.3rem 0;font-size:.875rem}.keys span{margin-right:1rem}"
        ".keys i{display:inline-block;margin-right:.4rem;width:0;height:0;"
        "border:.4rem solid}\n"
        "i.counted{border-color:var(--counted)}i.held{border-color:var(--held)}"
        "i.band{border-color:var(--band);opacity:.35}"
        ".keys i.hosts,.keys i.trend{border-width:.1rem .6rem;border-color:var(--hosts);"
        "vertical-align:middle}"
        ".keys i.change{border-width:0 0 0 .12rem;border-style:dashed;height:1em;"
        "vertical-align:text-bottom}\n"
        "@media(max-width:40rem){svg text{font-size:18px}.roomy{display:none}"
        ".refused thead{display:none}.refused tr,.refused td{display:block}"
        ".refused td{border:0;padding:.1rem 0}.refused td:first-child{font-weight:600}"
        ".refused tr{padding:.4rem 0;border-bottom:1px solid var(--line)}}\n"
        "@media(max-width:28rem){svg text{font-size:22px}}\n"
        "@media print{.long{display:none}h2,h3,.keys{break-after:avoid}"
        "figure{break-inside:avoid}}\n";

static uint64_t
removed_of(const struct census_facts *facts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < CENSUS_CHAFFS; i++)
		sum += facts->chaff[i];
	return sum;
}

/* The first figure of ${part} that is a number of hosts: one with an interval, if any. */
static const struct census_estimated *
find_hosts(const struct census_part *part)
{
	const struct census_estimated *found = NULL;

	for (size_t i = 0; i < part->figure_count; i++) {
		const struct census_estimated *one = &part->figures[i];

		if (one->method->unit != CENSUS_HOSTS || !one->has)
			continue;
		if (one->figure.bound == CENSUS_INTERVAL)
			return one;
		if (found == NULL)
			found = one;
	}
	return found;
}

/* Whether ${one} is a number that stands for infected machines, in some way. */
static bool
is_estimate(const struct census_estimated *one)
{
	enum census_unit unit = one->method->unit;

	return one->has &&
	       (unit == CENSUS_HOSTS || unit == CENSUS_SWEEPS || unit == CENSUS_LINES);
}

/* Each of those in a sentence. */
static void
write_lead(FILE *out, const struct census_part *part)
{
	if (find_hosts(part) == NULL)
		fputs("<p class=\"lead\"><b>No number of hosts</b>: no method that gives "
		      "one "
		      "holds for what was seen; why stands below, for each.</p>\n",
		      out);
	for (size_t i = 0; i < part->figure_count; i++) {
		const struct census_estimated *one = &part->figures[i];

		if (!is_estimate(one))
			continue;
		fprintf(out, "<p class=\"lead\"><b>%s</b>", census_plot_figure(one).text);
		if (one->figure.bound == CENSUS_INTERVAL)
			fprintf(out, " (%s)", census_plot_interval(one).text);
		fputs(": ", out);
		html_text(out, one->method->title);
		fprintf(out, ", %s.</p>\n",
		        census_plot_window(one->figure.from, one->figure.to).text);
	}
	fprintf(out,
	        "<p>Counted: <b>%s</b> that called, %s; %s removed before as chaff.</p>\n",
	        census_plot_addresses(part->facts->footprint).text,
	        census_plot_window(part->facts->from, part->facts->to).text,
	        census_plot_addresses(removed_of(part->facts)).text);
	for (size_t i = 0; i < part->cut_count; i++)
		fprintf(out,
		        "<p><b>%s is not whole</b>: %s. The day is not over, or a sensor "
		        "was off: its numbers are too low, and no cure.%s</p>\n",
		        census_words_day(part->facts->from +
		                         (int64_t)part->cuts[i].day * DATE_DAY)
		                .text,
		        census_words_cut(&part->cuts[i]).text,
		        part->facts->days > 1 ? " The trend is without it." : "");
}

static void
begin_fact(FILE *out, const char *label)
{
	fprintf(out, "<dt>%s</dt><dd>", label);
}

static void
end_fact(FILE *out)
{
	fputs("</dd>\n", out);
}

/* How a figure is reckoned, which not everybody wants to read. */
static void
write_method(FILE *out, const struct census_method *method)
{
	page_fact(out, "Formula", method->formula);
	page_fact(out, "Source", method->source);
	page_fact(out, "Gives no number", method->refuses);
}

static void
write_figure(FILE *out, const struct census_report *report,
             const struct census_estimated *estimated)
{
	const struct census_method *method = estimated->method;
	const struct census_figure *figure = &estimated->figure;
	int64_t from, to;

	census_words_span(report, figure, &from, &to);
	fputs("<section>\n", out);
	html_element(out, "h3", method->title);
	fprintf(out, "<p class=\"big\">%s</p>\n<dl>\n", census_plot_figure(estimated).text);
	page_fact(out, "Interval", census_plot_interval(estimated).text);
	page_fact(out, "Unit", census_plot_unit(method->unit));
	page_fact(out, "Window", census_plot_window(from, to).text);
	begin_fact(out, "Sensors");
	census_plot_sensors(out, report);
	end_fact(out);
	page_fact(out, "Method", method->name);
	page_fact(out, "Assumes", method->assumes);
	if (figure->note[0] != '\0')
		page_fact(out, "Note", figure->note);
	fputs("</dl>\n", out);
	fputs("<details><summary>How it is reckoned</summary>\n<dl>\n", out);
	write_method(out, method);
	fputs("</dl>\n</details>\n</section>\n", out);
}

/* The methods that gave no number: why, and what they would have needed. */
static void
write_refusals(FILE *out, const struct census_part *part)
{
	static const char *const titles[] = {"What", "Method", "Why there is no number",
	                                     NULL};

	fputs("<section class=\"refused\">\n<h3>No number</h3>\n", out);
	page_begin_table(out, titles);
	for (size_t i = 0; i < part->figure_count; i++) {
		const struct census_estimated *one = &part->figures[i];

		if (one->has)
			continue;
		fputs("<tr>", out);
		html_element(out, "td", one->method->title);
		page_cell(out, one->method->name);
		html_element(out, "td", one->figure.why);
		fputs("</tr>\n", out);
	}
	page_end_table(out);
	fputs("<details><summary>How these would be reckoned</summary>\n", out);
	for (size_t i = 0; i < part->figure_count; i++) {
		const struct census_method *method = part->figures[i].method;

		if (part->figures[i].has)
			continue;
		html_element(out, "h4", method->title);
		fputs("<dl>\n", out);
		page_fact(out, "Unit", census_plot_unit(method->unit));
		page_fact(out, "Assumes", method->assumes);
		write_method(out, method);
		fputs("</dl>\n", out);
	}
	fputs("</details>\n</section>\n", out);
}

static void
write_figures(FILE *out, const struct census_report *report, const struct census_part *part)
{
	size_t refused = 0;

	for (size_t i = 0; i < part->figure_count; i++)
		refused += !part->figures[i].has;
	if (refused < part->figure_count)
		fputs("<h3>Figures</h3>\n<div class=\"figures\">\n", out);
	for (size_t i = 0; i < part->figure_count; i++)
		if (part->figures[i].has)
			write_figure(out, report, &part->figures[i]);
	if (refused < part->figure_count)
		fputs("</div>\n", out);
	if (refused > 0)
		write_refusals(out, part);
}

/* What was not counted, and why. */
static void
write_chaff(FILE *out, const struct census_facts *facts)
{
	static const char *const titles[] = {"Rule", "Addresses removed", NULL};

	fprintf(out,
	        "<h3>Chaff</h3>\n<p>%s removed before anything was counted: researchers, "
	        "crawlers and scanners look at a botnet, and are a part of who calls. Each "
	        "is counted by the first rule that is true of it.</p>\n",
	        census_plot_addresses(removed_of(facts)).text);
	page_begin_table(out, titles);
	for (size_t i = 0; i < CENSUS_CHAFFS; i++) {
		fprintf(out, "<tr><td>%s</td>",
		        census_words_chaff_why((enum census_chaff)i));
		page_cell(out, words_count(facts->chaff[i]).text);
		fputs("</tr>\n", out);
	}
	page_end_table(out);
	if (facts->unmarked > 0)
		fprintf(out,
		        "<p>Of %s it is known that they called on that day, and not in "
		        "which "
		        "hour: they are in numbers by day, not in numbers by hour.</p>\n",
		        words_things(facts->unmarked, "host-day").text);
	if (facts->forgotten > 0)
		fprintf(out,
		        "<p>Of %s no more is kept than that they were there: they are in "
		        "no "
		        "figure but those that say so.</p>\n",
		        words_things(facts->forgotten, "host-day").text);
}

static void
write_variants(FILE *out, const struct census_report *report,
               const struct census_part *part)
{
	const struct census_plot_bars bars = {
	        report, part, &part->tables[CENSUS_BY_GENERATOR], CENSUS_BY_GENERATOR};

	if (bars.table->count < 2)
		return;
	fputs("<section>\n<h3>By variant</h3>\n", out);
	census_plot_bars_table(out, &bars);
	fputs("<p class=\"keys\">An address that called as two variants is in both "
	      "lines. ",
	      out);
	census_plot_scope(out, report);
	fputs("</p>\n</section>\n", out);
}

static void
write_part(FILE *out, const struct census_report *report, size_t number)
{
	const struct census_part *part = &report->parts[number];
	const struct census_plot_bars country = {
	        report, part, &part->tables[CENSUS_BY_COUNTRY], CENSUS_BY_COUNTRY};
	const struct census_plot_bars network = {
	        report, part, &part->tables[CENSUS_BY_NETWORK], CENSUS_BY_NETWORK};
	char id[32];

	if (report->part_count > 1)
		html_element(out, "h2", part->family);
	write_lead(out, part);
	write_figures(out, report, part);
	snprintf(id, sizeof(id), "p%zu-hours", number);
	census_plot_hours(out, report, part, id);
	snprintf(id, sizeof(id), "p%zu-days", number);
	census_plot_days(out, report, part, id);
	snprintf(id, sizeof(id), "p%zu-countries", number);
	census_plot_bars(out, &country, id);
	snprintf(id, sizeof(id), "p%zu-networks", number);
	census_plot_bars(out, &network, id);
	write_variants(out, report, part);
	write_chaff(out, part->facts);
}

/* A line for each family, when there are several. */
static void
write_families(FILE *out, const struct census_report *report)
{
	static const char *const titles[] = {
	        "Family", "Addresses, counted", "Hosts", "Interval", "Of", NULL};

	page_begin_table(out, titles);
	for (size_t i = 0; i < report->part_count; i++) {
		const struct census_part *part = &report->parts[i];
		const struct census_estimated *hosts = find_hosts(part);

		fputs("<tr>", out);
		page_cell(out, part->family);
		page_cell(out, words_count(part->facts->footprint).text);
		page_cell(out,
		          hosts != NULL ? census_plot_figure(hosts).text : "no number");
		page_cell(out, hosts != NULL ? census_plot_interval(hosts).text : "");
		page_cell(out, hosts != NULL ? census_plot_window(hosts->figure.from,
		                                                  hosts->figure.to)
		                                       .text
		                             : "");
		fputs("</tr>\n", out);
	}
	page_end_table(out);
	fputs("<p class=\"keys\">", out);
	census_plot_scope(out, report);
	fputs("</p>\n", out);
}

static void
write_path(FILE *out, const char *label, const char *path, const char *none)
{
	page_fact(out, label, path != NULL ? path : none);
}

/* What all was made of. */
static void
write_sources(FILE *out, const struct census_report *report)
{
	fputs("<h2>What it was made of</h2>\n<dl>\n", out);
	begin_fact(out, "Window");
	fprintf(out, "%s%s", census_plot_window(report->from, report->to).text,
	        report->last_day ? "; the last day with a sighting" : "");
	end_fact(out);
	for (size_t i = 0; report->sources[i] != NULL; i++)
		page_fact(out, i == 0 ? "Read" : "", report->sources[i]);
	begin_fact(out, "Sensors");
	census_plot_sensors(out, report);
	end_fact(out);
	write_path(out, "Countries", report->country, "as the sightings say");
	write_path(out, "Networks", report->network, "as the sightings say");
	write_path(out, "Names held",
	           report->held != NULL && strcmp(report->held, "all") == 0
	                   ? "every name of every list"
	                   : report->held,
	           "not told");
	write_path(out, "Canary names", report->canary, "none");
	if (report->lines > 0) {
		begin_fact(out, "Lines");
		fprintf(out, "%s read", words_count(report->lines).text);
		fprintf(out, ", %s not understood", words_count(report->skipped).text);
		end_fact(out);
	}
	for (size_t i = 0; i < report->part_count; i++)
		if (report->parts[i].habits_of[0] != '\0')
			page_fact(out, i == 0 ? "Habits of" : "",
			          report->parts[i].habits_of);
	if (report->pseudonyms)
		page_fact(
		        out, "Pseudonyms",
		        "clients are kept under other names each day: nobody is known from "
		        "one day to the next, and who called on two days counts as two");
	fputs("</dl>\n", out);
}

static const char meanings[] =
        "<h2>What these numbers are not</h2>\n<ul>\n"
        "<li><b>An address is not a machine.</b> Behind one can be a thousand (a "
        "provider's gateway, an office), and one machine can have several in a day. Write "
        "\"addresses\" where it says addresses.</li>\n"
        "<li><b>Windows cannot be compared.</b> A week has more addresses than a day of "
        "the same machines, because addresses change. Never add days, and never set an "
        "hour's number against a month's.</li>\n"
        "<li><b>Units, methods and families cannot be added.</b> Each figure is another "
        "way to look at the same machines, and a machine can have two families.</li>\n"
        "<li><b>Who did not call is not in it</b>: machines that were off, behind a "
        "filter, or tried names that nobody here held. A fall can be fewer names held, or "
        "a sensor that was down. It is a cure only when nothing else changed.</li>\n"
        "<li><b>An interval holds chance, no error of thought.</b> 95 % means: if what is "
        "assumed is true, 95 of 100 such intervals hold the true number. If it is not "
        "true, the interval means nothing.</li>\n"
        "<li><b>What bots say of themselves is written by their author.</b> It is marked "
        "attacker-reported, and no number of infections.</li>\n"
        "<li><b>\"No number\" is a result.</b> Where a method gives none, its model does "
        "not "
        "hold for what was seen. Please do not fill it in.</li>\n"
        "</ul>\n";

void
census_html_write(struct output *output, const struct census_report *report, int64_t now)
{
	FILE *out = output->file;

	page_begin(out, "foresink: census", style);
	fputs("<h1>Census", out);
	if (report->part_count == 1) {
		fputs(" of ", out);
		html_text(out, report->parts[0].family);
	} else if (report->part_count > 1) {
		fprintf(out, " of %s families", words_count(report->part_count).text);
	}
	if (report->from < report->to)
		fprintf(out, ": %s", census_plot_window(report->from, report->to).text);
	fputs("</h1>\n", out);
	if (report->part_count == 0)
		fputs("<p class=\"lead\"><b>No number.</b> Nothing of what was asked for "
		      "was "
		      "seen in this window. That says nothing of how many there are: who "
		      "holds no "
		      "name that bots try, or looks at another day, sees none.</p>\n",
		      out);
	if (report->part_count == 0 && report->variants)
		fputs("<p>Calls that show the family only, as requests to an address do, "
		      "are of no variant: this page was asked for variants.</p>\n",
		      out);
	if (report->part_count > 1)
		write_families(out, report);
	for (size_t i = 0; i < report->part_count && !output_broken(output); i++)
		write_part(out, report, i);
	fputs(meanings, out);
	write_sources(out, report);
	fprintf(out,
	        "<footer><p>Made by foresink %s at %s. All times are UTC. "
	        "foresink-census(1) "
	        "tells how this is reckoned.</p></footer>\n",
	        fsk_version(), words_second(now * 1000000).text);
	page_end(out);
}
