/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/report.h"

#include "base/date.h"

#include <stdarg.h>
#include <stdlib.h>

#define NAME_SHOWN 60 /* octets of a machine's name */

struct report_tally
report_count(const struct report *report)
{
	const struct verdict *verdict = report->scan->verdict;
	struct report_tally tally = {.requests = 0};

	for (size_t i = 0; i < verdict_host_count(verdict); i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		tally.word[host->word]++;
		tally.requests += host->request_count > 0;
		tally.undecided += report_undecided_host(host);
	}
	return tally;
}

double
report_hosts(const struct report *report)
{
	double met = (double)verdict_host_count(report->scan->verdict);

	return report->scan->hosts > met ? report->scan->hosts : met;
}

/* Whether the two names of ${finding} that count are of one list. */
static bool
same_list(const struct verdict_finding *finding)
{
	const struct verdict_name *one = NULL;

	for (size_t i = 0; i < finding->name_count; i++) {
		const struct verdict_name *name = &finding->names[i];

		if (name->again || name->collision)
			continue;
		if (one != NULL)
			return name->match.period.first == one->match.period.first;
		one = name;
	}
	return false;
}

bool
report_undecided(const struct verdict_finding *finding)
{
	return finding->word == VERDICT_CHANCE &&
	       (finding->found >= 3 || (finding->found == 2 && same_list(finding)));
}

bool
report_undecided_host(const struct verdict_host *host)
{
	bool undecided = false;

	for (size_t i = 0; i < host->finding_count; i++)
		undecided |= report_undecided(&host->findings[i]);
	return host->word == VERDICT_CHANCE && undecided;
}

struct words
report_client(const struct verdict_host *host)
{
	struct words words = {.text = ""};

	if (!sighting_is_named(&host->client) || host->machine[0] == '\0')
		return words_client(&host->client);
	words_add(&words, host->machine);
	return words;
}

bool
report_compared(const struct report *report)
{
	return report->scan->asked > report->scan->nameless;
}

bool
report_found(const struct report *report)
{
	struct report_tally tally = report_count(report);

	return tally.word[VERDICT_INFECTED] + tally.word[VERDICT_LIKELY] > 0;
}

const char *
report_word(enum verdict_word word)
{
	switch (word) {
	case VERDICT_INFECTED:
		return "infected";
	case VERDICT_LIKELY:
		return "likely";
	case VERDICT_CHANCE:
		break;
	}
	return "chance";
}

/* Which of enum verdict_relay ${flag} is, in words; NULL: none. */
static const char *
relay_words(unsigned flag)
{
	switch (flag) {
	case VERDICT_RELAY_LIST:
		return "more names of a list than a bot tries";
	case VERDICT_RELAY_SWEEPS:
		return "more rounds through a list than a bot makes";
	case VERDICT_RELAY_CLEAN:
		return "many users' worth of clean names";
	case VERDICT_RELAY_FAMILIES:
		return "names of more families than a host has";
	default:
		return NULL;
	}
}

const char *
report_uncounted(const struct verdict_name *name)
{
	if (name->collision)
		return "not counted, others ask for it too";
	return name->again ? "counted in another list" : NULL;
}

const char *
report_path(const struct report *report, uint32_t file)
{
	return file < report->scan->file_count ? report->scan->files[file].path : "?";
}

/* The lease of ${host} at ${us}, or NULL. */
static const struct lease *
find_lease(const struct report *report, const struct verdict_host *host, int64_t us)
{
	return report->leases == NULL ? NULL
	                              : leases_find(report->leases, &host->client.address,
	                                            date_second_of(us));
}

struct report_machine
report_machine_of(const struct report *report, const struct verdict_host *host)
{
	const struct lease *first = find_lease(report, host, host->first_us);
	const struct lease *last = find_lease(report, host, host->last_us);
	struct report_machine machine = {.name = span_of(host->machine)};
	const struct lease *lease = last != NULL ? last : first;

	if (lease == NULL)
		return machine;
	machine.changed = first != NULL && last != NULL &&
	                  !span_equal(first->hardware, last->hardware);
	machine.leased = true;
	machine.hardware = lease->hardware;
	machine.lease_name = lease->name;
	if (lease->name.len > 0)
		machine.name = lease->name;
	return machine;
}

/* Puts one more remark behind ${remarks}. */
static void __attribute__((format(printf, 2, 3)))
add_remark(struct report_row *row, const char *format, ...)
{
	size_t used = strlen(row->remarks);
	va_list arguments;

	if (used > 0 && used + 2 < sizeof(row->remarks)) {
		memcpy(row->remarks + used, "; ", 3);
		used += 2;
	}
	va_start(arguments, format);
	vsnprintf(row->remarks + used, sizeof(row->remarks) - used, format, arguments);
	va_end(arguments);
}

/* Says why ${host} is more than one host. */
static void
remark_relay(const struct verdict_host *host, unsigned relay, struct report_row *row)
{
	bool first = true;

	for (unsigned flag = 1; flag <= relay; flag <<= 1) {
		if ((relay & flag) == 0 || relay_words(flag) == NULL)
			continue;
		if (!first)
			add_remark(row, "%s", relay_words(flag));
		else if (host->word == VERDICT_CHANCE)
			add_remark(row, "relay: %s", relay_words(flag));
		else
			add_remark(row, "relay, at least one infected behind it: %s",
			           relay_words(flag));
		first = false;
	}
}

/* Says by how many days the clock of a machine is wrong. */
static void
remark_clock(const struct verdict_finding *finding, struct report_row *row)
{
	int days = abs(finding->offset_days);

	if (finding->offset)
		add_remark(row, "clock %d day%s %s", days, days == 1 ? "" : "s",
		           finding->offset_days > 0 ? "ahead" : "behind");
}

static void
fill_machine(const struct report_machine *machine, struct report_row *row)
{
	int name = (int)(machine->name.len < NAME_SHOWN ? machine->name.len : NAME_SHOWN);
	int hardware = (int)(machine->hardware.len < NAME_SHOWN ? machine->hardware.len
	                                                        : NAME_SHOWN);

	if (name > 0 && hardware > 0)
		snprintf(row->machine, sizeof(row->machine), "%.*s (%.*s)", name,
		         machine->name.text, hardware, machine->hardware.text);
	else if (name > 0)
		snprintf(row->machine, sizeof(row->machine), "%.*s", name,
		         machine->name.text);
	else if (hardware > 0)
		snprintf(row->machine, sizeof(row->machine), "%.*s", hardware,
		         machine->hardware.text);
	else
		snprintf(row->machine, sizeof(row->machine), "-");
}

static void
fill_finding(const struct verdict_finding *finding, struct report_row *row)
{
	row->verdict = report_word(finding->word);
	row->generator = words_generator(finding->generator);
	row->posterior = words_probability(finding->posterior);
	row->first = words_second(finding->first_us);
	row->last = words_second(finding->last_us);
	row->names = words_count(finding->found);
	if (finding->expected > 0) {
		words_add(&row->names, " of ");
		words_add(&row->names, words_about(finding->expected).text);
	}
}

void
report_fill(const struct report *report, const struct verdict_host *host,
            const struct verdict_finding *finding, struct report_row *row)
{
	struct report_machine machine = report_machine_of(report, host);

	*row = (struct report_row){.host = report_client(host),
	                           .verdict = report_word(host->word),
	                           .generator = {"-"},
	                           .names = {"-"},
	                           .posterior = {"-"},
	                           .first = words_second(host->first_us),
	                           .last = words_second(host->last_us)};
	if (sighting_is_named(&host->client))
		machine.name = span_of(""); /* it stands for the host */
	fill_machine(&machine, row);
	if (finding != NULL)
		fill_finding(finding, row);
	remark_relay(host, finding != NULL ? finding->relay | host->relay : host->relay,
	             row);
	if (finding != NULL)
		remark_clock(finding, row);
	if (host->request_count > 0)
		add_remark(row, "requests of %s", host->requests[0].fingerprint);
	if (machine.changed)
		add_remark(row, "another lease at the start");
}
