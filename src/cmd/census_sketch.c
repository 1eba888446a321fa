/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/census_sketch.h"

#include "base/date.h"
#include "cmd/output.h"

#include <stdlib.h>

#define HOUR 3600

enum status
census_sketch_save(const struct census_sketch *sketch, const char *path)
{
	struct output output;
	uint8_t *octets = NULL;
	size_t len = 0;
	enum status status = output_open(&output, path);

	if (status != STATUS_DONE)
		return status;
	if (census_sketch_write(sketch, &octets, &len) != FSK_OK) {
		say("out of memory");
		return output_close(&output, STATUS_SYSTEM);
	}
	fwrite(octets, 1, len, output.file);
	free(octets);
	return output_close(&output, STATUS_DONE);
}

/* Whether ${text} fits in ${out} of ${size} octets, where it is put. */
static bool
put(struct span text, char *out, size_t size)
{
	if (text.len >= size)
		return false;
	if (text.len > 0)
		memcpy(out, text.text, text.len);
	out[text.len] = '\0';
	return true;
}

static enum fsk_err
add_hours(struct census_sketch *sketch, struct census_sketch_key *key,
          const struct hostday *host)
{
	enum fsk_err err = FSK_OK;

	key->seconds = HOUR;
	key->country[0] = '\0';
	for (int hour = 0; hour < CENSUS_HOURS && err == FSK_OK; hour++) {
		if ((host->marks.hours >> hour & 1) == 0)
			continue;
		key->from = host->day + (int64_t)hour * HOUR;
		err = census_sketch_add(sketch, key, &host->client);
	}
	return err;
}

/* Adds the day of a host: names that are too long for a key are nobody's that we know. */
static enum fsk_err
take(const struct hostday *host, void *context)
{
	struct census_sketch *sketch = context;
	struct census_sketch_key key = {.from = host->day, .seconds = DATE_DAY};
	enum fsk_err err;

	if (!put(host->generator, key.generator, sizeof(key.generator)))
		return FSK_OK;
	err = census_sketch_add(sketch, &key, &host->client);
	if (err == FSK_OK && host->country.len > 0 &&
	    put(host->country, key.country, sizeof(key.country)))
		err = census_sketch_add(sketch, &key, &host->client);
	if (err == FSK_OK)
		err = add_hours(sketch, &key, host);
	return err == FSK_OK && say_stopped() ? FSK_STOPPED : err;
}

enum status
census_sketch_make(const struct census_work *work)
{
	const struct census_ask *ask = work->ask;
	struct census_sketch *sketch = NULL;
	enum status status = STATUS_DONE;
	enum fsk_err err;

	if (ask->sketch.path == NULL || say_stopped())
		return STATUS_DONE;
	err = census_sketch_new(ask->key, ask->sketch.node, &sketch);
	for (size_t i = 0; i < work->report.part_count && err == FSK_OK; i++)
		err = census_gather_each(work->report.parts[i].gather, take, sketch);
	if (err == FSK_OK)
		status = census_sketch_save(sketch, ask->sketch.path);
	census_sketch_free(sketch);
	if (err == FSK_OK || err == FSK_STOPPED)
		return status;
	say("%s: %s", ask->sketch.path, fsk_strerror(err));
	return STATUS_SYSTEM;
}
