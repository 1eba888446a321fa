/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_count.h"

#include "base/date.h"
#include "census/addresses.h"
#include "cmd/apart.h"
#include "cmd/census_ask.h"
#include "cmd/census_sketch.h"
#include "cmd/options.h"
#include "cmd/output.h"
#include "cmd/say.h"
#include "cmd/words.h"
#include "logs/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define BUFFER ((size_t)1 << 20) /* octets that are read at once; the longest line */
#define SHOWN 60                 /* octets of a line that is wrong */

enum { OPTION_JSON = OPTION_OWN, OPTION_SKETCH, OPTION_KEY, OPTION_NODE };

static const struct argp_option rows[] = {
        {"json", OPTION_JSON, NULL, 0, "JSON", 0},
        {"sketch", OPTION_SKETCH, "FILE", 0,
         "write a sketch for `foresink census merge', too", 0},
        {"key", OPTION_KEY, "FILE", 0, "the key of sketches: 32 hexadecimal digits", 0},
        {"node", OPTION_NODE, "NAME", 0, "who counted, in the sketch", 0},
        {"family", OPTION_FAMILY, "FAMILY[/VARIANT]", 0, "whose they are, in the sketch",
         0},
        {"date", OPTION_DATE, "DATE", 0, "on which day they called, in the sketch", 0},
        {0},
};

struct count {
	bool json;
	struct census_ask_sketch ask;
	const char *family, *date;
	char **paths;
	size_t path_count;

	struct census_sketch_key entry; /* of the sketch */
	uint8_t key[CENSUS_HLL_KEY];
	struct census_addresses *addresses;
	struct census_address_counts counts;
	struct progress progress;
	char *text; /* BUFFER octets, and one more for the end of a line */
	size_t len;
	bool cut; /* the line that is read is longer than that */
	uint64_t done;

	/* The file that is read. */
	const char *name;
	struct log_source *source;
	uint64_t before; /* lines of the files before it */
};

static error_t
take(int key, char *arg, struct argp_state *state)
{
	struct count *count = state->input;

	switch (key) {
	case OPTION_JSON:
		count->json = true;
		return 0;
	case OPTION_SKETCH:
		count->ask.path = arg;
		return 0;
	case OPTION_KEY:
		count->ask.key_path = arg;
		return 0;
	case OPTION_NODE:
		count->ask.node = arg;
		return 0;
	case OPTION_FAMILY:
		count->family = arg;
		return 0;
	case OPTION_DATE:
		count->date = arg;
		return 0;
	case ARGP_KEY_ARGS:
		count->paths = state->argv + state->next;
		count->path_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What the entry of the sketch is. */
static enum status
settle(struct count *count)
{
	struct census_sketch_key *entry = &count->entry;
	struct span_of_time day;
	enum status status;

	if (count->path_count == 0) {
		say("census count: which files? (`-' is standard input)");
		return STATUS_USAGE;
	}
	if (count->ask.path == NULL && (count->family != NULL || count->date != NULL)) {
		say("census count: --family and --date go with --sketch");
		return STATUS_USAGE;
	}
	status = census_ask_sketch("census count", &count->ask, count->key);
	if (status != STATUS_DONE || count->ask.path == NULL)
		return status;
	if (count->family == NULL || count->date == NULL) {
		say("census count: --sketch wants --family and --date, too");
		return STATUS_USAGE;
	}
	if (options_instant("--date", count->date, &day) != STATUS_DONE)
		return STATUS_USAGE;
	if (strlen(count->family) >= sizeof(entry->generator)) {
		say("--family: a name of at most %zu octets is wanted",
		    sizeof(entry->generator) - 1);
		return STATUS_USAGE;
	}
	memcpy(entry->generator, count->family, strlen(count->family) + 1);
	entry->from = date_day_of(day.from) * DATE_DAY;
	entry->seconds = DATE_DAY;
	return STATUS_DONE;
}

static enum status
fail(const char *name, enum fsk_err err)
{
	if (err == FSK_STOPPED)
		return STATUS_DONE;
	say("%s: %s", name, err == FSK_IO ? strerror(errno) : fsk_strerror(err));
	return err == FSK_CORRUPT ? STATUS_DATA : STATUS_SYSTEM;
}

static void
say_wrong(uint64_t line, struct span text, void *context)
{
	const struct count *count = context;
	int len = (int)(text.len < SHOWN ? text.len : SHOWN);

	say("%s:%" PRIu64 ": no address: %.*s%s", count->name, line - count->before, len,
	    len > 0 ? text.text : "", text.len > SHOWN ? "..." : "");
}

/* How many lines ${text} has. */
static uint64_t
count_lines(const char *text, size_t len)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

/* Hands over the first ${len} octets of the text, whole lines. */
static enum fsk_err
hand_over(struct count *count, size_t len, uint64_t *lines)
{
	if (count->path_count > 1)
		*lines += count_lines(count->text, len);
	return census_addresses_take(count->addresses, (struct span){count->text, len},
	                             say_wrong, count);
}

/* Hands over the whole lines that were read. Of one that is longer than the buffer question
 * marks are left, which are no address either. */
static enum fsk_err
hand_lines(struct count *count, bool last, uint64_t *lines)
{
	char *end = memrchr(count->text, '\n', count->len);
	size_t whole = end != NULL ? (size_t)(end - count->text) + 1 : 0;
	enum fsk_err err;

	if (count->cut && end != NULL) { /* the rest of that one */
		char *first = memchr(count->text, '\n', count->len);
		size_t rest = (size_t)(first - count->text);

		count->cut = false;
		memmove(count->text + SHOWN * 2, first, count->len - rest);
		count->len += SHOWN * 2 - rest;
		whole += SHOWN * 2 - rest;
	}
	if (last && whole < count->len) {
		count->text[count->len++] = '\n';
		whole = count->len;
	}
	err = hand_over(count, whole, lines);
	if (err != FSK_OK)
		return err;
	count->len -= whole;
	memmove(count->text, count->text + whole, count->len);
	if (count->len == BUFFER) {
		count->cut = true;
		count->len = SHOWN * 2;
		memset(count->text, '?', count->len);
	}
	return FSK_OK;
}

static enum fsk_err
read_source(struct count *count)
{
	uint64_t lines = 0;
	enum fsk_err err = FSK_OK;

	count->len = 0;
	count->cut = false;
	while (err == FSK_OK) {
		size_t got = 0;

		err = log_source_read(count->source, count->text + count->len,
		                      BUFFER - count->len, &got);
		if (err != FSK_OK)
			break;
		count->len += got;
		count->done += got;
		err = hand_lines(count, false, &lines);
		if (err == FSK_OK && !say_progress(count->done, 0, &count->progress))
			err = FSK_STOPPED;
	}
	if (err == FSK_END)
		err = hand_lines(count, true, &lines);
	count->before += lines;
	return err;
}

static enum status
read_file(struct count *count, const char *path)
{
	bool input = strcmp(path, "-") == 0;
	int stop = say_stop_descriptor() > 0 ? say_stop_descriptor() : -1;
	enum status status = STATUS_DONE;
	enum fsk_err err;

	count->name = input ? "standard input" : path;
	err = log_source_open_until(input ? NULL : path, stop, &count->source);
	if (err == FSK_OK)
		err = read_source(count);
	say_progress_done(&count->progress);
	if (err == FSK_CORRUPT && log_source_why(count->source) != NULL) {
		say("%s: %s", count->name, log_source_why(count->source));
		status = STATUS_DATA;
	} else if (err != FSK_OK) {
		status = fail(count->name, err);
	}
	log_source_close(count->source);
	count->source = NULL;
	return status;
}

static void
write_json(struct output *output, const struct census_address_counts *counts)
{
	fprintf(output->file,
	        "{\"record\":\"count\",\"lines\":%" PRIu64 ",\"empty\":%" PRIu64
	        ",\"wrong\":%" PRIu64 ",\"ipv4\":%" PRIu64 ",\"ipv6_64\":%" PRIu64
	        ",\"addresses\":%" PRIu64
	        ",\"unit\":\"addresses\",\"bound\":\"counted\"}\n",
	        counts->lines, counts->empty, counts->wrong, counts->v4, counts->v6,
	        counts->v4 + counts->v6);
}

static void
write_text(struct output *output, const struct census_address_counts *counts)
{
	FILE *out = output->file;

	fprintf(out, "Lines      %s", words_count(counts->lines).text);
	if (counts->empty > 0)
		fprintf(out, ", %s empty", words_count(counts->empty).text);
	if (counts->wrong > 0)
		fprintf(out, ", %s without an address", words_count(counts->wrong).text);
	fprintf(out, "\nIPv4       %s\n", words_count(counts->v4).text);
	fprintf(out, "IPv6 /64   %s\n", words_count(counts->v6).text);
	fprintf(out, "Different  %s, counted\n", words_count(counts->v4 + counts->v6).text);
}

/* Adds each address to the sketch. */
struct sketching {
	struct census_sketch *sketch;
	const struct census_sketch_key *entry;
	uint64_t done;
};

static enum fsk_err
sketch_one(const struct sighting_client *client, void *context)
{
	struct sketching *sketching = context;

	if (++sketching->done % 4096 == 0 && say_stopped())
		return FSK_STOPPED;
	return census_sketch_add(sketching->sketch, sketching->entry, client);
}

static enum status
write_sketch(const struct count *count)
{
	struct sketching sketching = {.entry = &count->entry};
	struct census_set *set = NULL;
	enum status status = STATUS_DONE;
	enum fsk_err err;

	if (count->ask.path == NULL)
		return STATUS_DONE;
	err = census_sketch_new(count->key, count->ask.node, &sketching.sketch);
	if (err == FSK_OK)
		err = census_set_new(&set);
	if (err == FSK_OK)
		err = census_addresses_give(count->addresses, set, NULL, NULL);
	if (err == FSK_OK)
		err = census_set_each(set, sketch_one, &sketching);
	if (err == FSK_OK)
		status = census_sketch_save(sketching.sketch, count->ask.path);
	else if (err == FSK_SYNTAX) {
		say("--family %s: no name of a family", count->family);
		status = STATUS_USAGE;
	} else
		status = fail(count->ask.path, err);
	census_set_free(set);
	census_sketch_free(sketching.sketch);
	return status;
}

/* Tells what was counted. */
static enum status
tell(struct count *count)
{
	struct census_address_counts *counts = &count->counts;
	struct output output;
	enum fsk_err err = census_addresses_count(count->addresses, counts);
	enum status status;

	if (err != FSK_OK)
		return fail("census count", err);
	status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	if (count->json)
		write_json(&output, counts);
	else
		write_text(&output, counts);
	status = output_close(&output, STATUS_DONE);
	if (status == STATUS_DONE)
		status = write_sketch(count);
	if (status == STATUS_DONE && counts->wrong > 0 && counts->v4 + counts->v6 == 0)
		status = STATUS_DATA; /* no line was an address */
	return status;
}

static enum status
run_asked(struct count *count)
{
	enum status status = STATUS_DONE;
	enum fsk_err err = census_addresses_new(&count->addresses);

	count->text = malloc(BUFFER + 1);
	if (err != FSK_OK || count->text == NULL)
		return fail("census count", FSK_NOMEM);
	for (size_t i = 0; i < count->path_count && status == STATUS_DONE; i++)
		status = say_stopped() ? STATUS_DONE : read_file(count, count->paths[i]);
	return status == STATUS_DONE && !say_stopped() ? tell(count) : status;
}

enum status
census_count_run(int argc, char **argv)
{
	static const struct argp argp = {
	        .options = rows,
	        .parser = take,
	        .args_doc = "FILE|-...",
	        .doc = "Count the different addresses of texts that have one a line, "
	               "exactly: IPv4, and IPv6 by /64. Compressed or not.",
	};
	struct count count = {.progress = {.what = "count", .unit = "bytes"}};
	enum status status = options_parse(&argp, argc, argv, &count);

	if (status == STATUS_DONE)
		status = settle(&count);
	if (status == STATUS_DONE)
		status = apart_inputs("census count", count.ask.path, &count.ask.key_path,
		                      1);
	if (status == STATUS_DONE)
		status = apart_inputs("census count", count.ask.path,
		                      (const char *const *)count.paths, count.path_count);
	if (status == STATUS_DONE)
		status = run_asked(&count);
	census_addresses_free(count.addresses);
	free(count.text);
	explicit_bzero(count.key, sizeof(count.key));
	return status;
}
