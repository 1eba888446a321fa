/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/report_json.h"

#include "dga/catalog.h"

#include <inttypes.h>
#include <math.h>

/* Writes ,"KEY": and the string, or null for NULL. */
static void
write_text(struct output *output, const char *key, const char *text)
{
	fprintf(output->file, ",\"%s\":", key);
	if (text != NULL)
		output_json(output, text, strlen(text));
	else
		fputs("null", output->file);
}

/* The same of bytes, null when there are none. */
static void
write_span(struct output *output, const char *key, struct span text)
{
	fprintf(output->file, ",\"%s\":", key);
	if (text.len > 0)
		output_json(output, text.text, text.len);
	else
		fputs("null", output->file);
}

static void
write_number(struct output *output, const char *key, uint64_t number)
{
	fprintf(output->file, ",\"%s\":%" PRIu64, key, number);
}

/* JSON has no words for what is no number. */
static void
write_real(struct output *output, const char *key, double number)
{
	if (isfinite(number))
		fprintf(output->file, ",\"%s\":%.9g", key, number);
	else
		fprintf(output->file, ",\"%s\":null", key);
}

static void
write_time(struct output *output, const char *key, int64_t us)
{
	struct words time = words_time(us);

	write_text(output, key, time.text[0] != '-' ? time.text : NULL);
}

static void
write_counter(struct output *output, const char *key, int64_t counter)
{
	if (counter != SIGHTING_NO_COUNTER)
		fprintf(output->file, ",\"%s\":%" PRId64, key, counter);
	else
		fprintf(output->file, ",\"%s\":null", key);
}

static void
write_relay(struct output *output, unsigned relay)
{
	static const struct {
		enum verdict_relay flag;
		const char *word;
	} words[] = {
	        {VERDICT_RELAY_LIST, "list"},
	        {VERDICT_RELAY_SWEEPS, "sweeps"},
	        {VERDICT_RELAY_CLEAN, "clean"},
	        {VERDICT_RELAY_FAMILIES, "families"},
	};
	const char *comma = "";

	fputs(",\"relay\":[", output->file);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((relay & words[i].flag) == 0)
			continue;
		fprintf(output->file, "%s\"%s\"", comma, words[i].word);
		comma = ",";
	}
	fputc(']', output->file);
}

/* Writes "KEY": and ${address}; null for that of a host which is known by name only. */
static void
write_address(struct output *output, const char *key, const struct address *address)
{
	const struct sighting_client client = {.address = *address};

	if (sighting_is_named(&client))
		fprintf(output->file, "\"%s\":null", key);
	else
		fprintf(output->file, "\"%s\":\"%s\"", key, words_address(address).text);
}

/* Writes where in which list ${match} is. */
static void
write_match(struct output *output, const struct fsk_match *match)
{
	write_number(output, "index", match->index);
	fputs(",\"start\":", output->file);
	output_json_instant(output, match->period.first);
	fputs(",\"end\":", output->file);
	output_json_instant(output, match->period.last);
}

static void
write_family(struct output *output, uint32_t generator)
{
	struct dga_generator found = dga_generator_at(generator);

	write_text(output, "generator",
	           found.family != NULL ? words_generator(generator).text : NULL);
	write_text(output, "family", found.family != NULL ? found.family->name : NULL);
}

static void
write_name(struct output *output, const struct report *report,
           const struct verdict_name *name)
{
	fputs("{\"name\":", output->file);
	output_json(output, name->text, strlen(name->text));
	write_match(output, &name->match);
	write_time(output, "first_seen", name->first_us);
	write_time(output, "last_seen", name->last_us);
	write_number(output, "times", name->times);
	write_text(output, "file", report_path(report, name->file));
	write_number(output, "line", name->line);
	fprintf(output->file, ",\"collision\":%s,\"again\":%s}",
	        name->collision ? "true" : "false", name->again ? "true" : "false");
}

static void
write_finding(struct output *output, const struct report *report,
              const struct verdict_finding *finding)
{
	FILE *out = output->file;

	fprintf(out, "{\"verdict\":\"%s\"", report_word(finding->word));
	write_family(output, finding->generator);
	write_real(output, "posterior", finding->posterior);
	write_real(output, "evidence", finding->evidence);
	write_real(output, "expected_by_chance", finding->chance);
	if (finding->expected > 0)
		write_real(output, "expected_names", finding->expected);
	else
		fputs(",\"expected_names\":null", out);
	write_number(output, "found", finding->found);
	write_number(output, "sightings", finding->sightings);
	write_time(output, "first_seen", finding->first_us);
	write_time(output, "last_seen", finding->last_us);
	write_relay(output, finding->relay);
	if (finding->offset)
		fprintf(out, ",\"clock_offset_days\":%d", finding->offset_days);
	else
		fputs(",\"clock_offset_days\":null", out);
	fputs(",\"names\":[", out);
	for (size_t i = 0; i < finding->name_count; i++) {
		fputs(i == 0 ? "" : ",", out);
		write_name(output, report, &finding->names[i]);
	}
	fputs("]}", out);
}

static void
write_request(struct output *output, const struct report *report,
              const struct verdict_request *request)
{
	fputs("{\"fingerprint\":", output->file);
	output_json(output, request->fingerprint, strlen(request->fingerprint));
	write_number(output, "requests", request->requests);
	write_counter(output, "counter_least", request->counter_least);
	write_counter(output, "counter_most", request->counter_most);
	write_time(output, "first_seen", request->first_us);
	write_time(output, "last_seen", request->last_us);
	write_text(output, "file", report_path(report, request->file));
	write_number(output, "line", request->line);
	fputc('}', output->file);
}

/* Writes the machine and, if there are leases, the lease. */
static void
write_machine(struct output *output, const struct report *report,
              const struct verdict_host *host)
{
	struct report_machine machine = report_machine_of(report, host);

	write_span(output, "machine", span_of(host->machine));
	if (!machine.leased) {
		fputs(",\"lease\":null", output->file);
		return;
	}
	fprintf(output->file, ",\"lease\":{\"changed\":%s",
	        machine.changed ? "true" : "false");
	write_span(output, "hardware", machine.hardware);
	write_span(output, "name", machine.lease_name);
	fputc('}', output->file);
}

void
report_json_host(struct output *output, const struct report *report,
                 const struct verdict_host *host)
{
	FILE *out = output->file;

	fputc('{', out);
	write_address(output, "address", &host->client.address);
	write_number(output, "prefix", host->client.prefix);
	write_text(output, "verdict", report_word(host->word));
	if (host->finding_count > 0)
		write_real(output, "posterior", host->findings[0].posterior);
	else
		fputs(",\"posterior\":null", out);
	write_relay(output, host->relay);
	write_real(output, "clean_names", host->clean);
	write_time(output, "first_seen", host->first_us);
	write_time(output, "last_seen", host->last_us);
	write_machine(output, report, host);
	fputs(",\"findings\":[", out);
	for (size_t i = 0; i < host->finding_count; i++) {
		fputs(i == 0 ? "" : ",", out);
		write_finding(output, report, &host->findings[i]);
	}
	fputs("],\"requests\":[", out);
	for (size_t i = 0; i < host->request_count; i++) {
		fputs(i == 0 ? "" : ",", out);
		write_request(output, report, &host->requests[i]);
	}
	fputs("]}\n", out);
}

void
report_json_write(struct output *output, const struct report *report)
{
	const struct verdict *verdict = report->scan->verdict;

	for (size_t i = 0; i < verdict_host_count(verdict); i++)
		report_json_host(output, report, verdict_host_at(verdict, i));
}

/* Writes who asked: the host, and the address as it was seen. */
static void
write_client(struct output *output, const struct sighting *sighting)
{
	fputc(',', output->file);
	write_address(output, "address", &sighting->client.address);
	write_number(output, "prefix", sighting->client.prefix);
	fputc(',', output->file);
	write_address(output, "seen_address", &sighting->address);
	if (sighting->port != 0)
		write_number(output, "port", sighting->port);
	else
		fputs(",\"port\":null", output->file);
	write_span(output, "machine", sighting->machine);
}

void
report_json_sighting(struct output *output, const struct sighting *sighting,
                     const char *path)
{
	bool matched = sighting->match.generator != SIGHTING_NO_GENERATOR;

	fprintf(output->file, "{\"time\":\"%s\"", words_time(sighting->us).text);
	write_client(output, sighting);
	write_text(output, "kind", sighting_kind_name(sighting->kind));
	write_text(output, "transport", sighting_transport_name(sighting->transport));
	write_span(output, "name", sighting->name);
	write_span(output, "forecast", sighting->forecast);
	write_family(output, sighting->match.generator);
	if (matched)
		write_match(output, &sighting->match);
	else
		fputs(",\"index\":null,\"start\":null,\"end\":null", output->file);
	write_text(output, "fingerprint", sighting->fingerprint);
	write_counter(output, "counter", sighting->counter);
	write_span(output, "method", sighting->method);
	write_span(output, "target", sighting->target);
	write_span(output, "agent", sighting->agent);
	write_text(output, "file", path);
	write_number(output, "line", sighting->line);
	fputs("}\n", output->file);
}
