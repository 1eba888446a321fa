/* SPDX-License-Identifier: BSD-2-Clause */
#include "dga/selftest.h"

#include "base/date.h"
#include "dga/cursor.h"

#include <sodium/crypto_hash_sha256.h>
#include <stdio.h>

static void
write_hex(const unsigned char *bytes, size_t count, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

/* Lists of one generator that are made together. */
struct batch {
	struct dga_list lists[DGA_LIST_BATCH];
	size_t count;
};

static void
free_batch(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		dga_list_fini(&batch->lists[i]);
}

/* Gets memory for as many lists as a family with bulk() makes at once: then the
 * proof is one of the way that is used, all its lanes included. */
static enum fsk_err
init_batch(struct batch *batch, const struct dga_generator *generator)
{
	size_t wanted = generator->family->bulk != NULL ? DGA_LIST_BATCH : 1;

	for (batch->count = 0; batch->count < wanted; batch->count++) {
		if (dga_list_init(&batch->lists[batch->count], generator->variant, false) !=
		    FSK_OK) {
			free_batch(batch);
			return FSK_NOMEM;
		}
	}
	return FSK_OK;
}

/* Makes the list of ${period} in every place of ${batch} and returns one of them:
 * one that differs from the first, if there is any. */
static const struct dga_list *
make_batch(struct batch *batch, const struct dga_generator *generator,
           struct fsk_period period)
{
	const struct dga_list *first = &batch->lists[0];

	for (size_t i = 0; i < batch->count; i++)
		batch->lists[i].period = period;
	dga_list_make(generator->family, generator->variant, batch->lists, batch->count);
	for (size_t i = 1; i < batch->count; i++) {
		const struct dga_list *list = &batch->lists[i];

		if (list->bytes != first->bytes ||
		    memcmp(list->text, first->text, list->bytes) != 0)
			return list;
	}
	return first;
}

enum fsk_err
dga_list_digest(const struct dga_generator *generator, int64_t instant, uint32_t periods,
                char hex[DGA_SHA256_SIZE])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state sha;
	enum fsk_err err = FSK_OK;
	struct batch batch;

	if (init_batch(&batch, generator) != FSK_OK)
		return FSK_NOMEM;
	crypto_hash_sha256_init(&sha);
	for (uint32_t i = 0; i < periods; i++) {
		const struct dga_list *list;
		struct fsk_period period;

		if (!generator->family->period(generator->variant, instant, &period)) {
			err = FSK_RANGE;
			break;
		}
		list = make_batch(&batch, generator, period);
		crypto_hash_sha256_update(&sha, (const unsigned char *)list->text,
		                          list->bytes);
		if (period.last == INT64_MAX)
			break; /* there is no list after one that holds for ever */
		instant = period.last + 1;
	}
	free_batch(&batch);
	if (err != FSK_OK)
		return err;
	crypto_hash_sha256_final(&sha, digest);
	write_hex(digest, sizeof(digest), hex);
	return FSK_OK;
}

/* The run of checks over one family. */
struct run {
	const struct dga_family *family;
	void (*report)(const struct dga_check *check, void *context);
	void *context;
	enum fsk_err worst;
};

/* Hands ${check} to the caller, failed with ${err} if that is not FSK_OK. */
static void
tell(struct run *run, struct dga_check *check, enum fsk_err err)
{
	check->family = run->family;
	check->passed = err == FSK_OK && strcmp(check->want, check->got) == 0;
	if (err != FSK_OK)
		snprintf(check->got, sizeof(check->got), "(%s)", fsk_strerror(err));
	if (!check->passed && run->worst == FSK_OK)
		run->worst = err != FSK_OK ? err : FSK_MISMATCH;
	run->report(check, run->context);
}

/* Stores the name that ${vector} speaks of in ${got}. */
static enum fsk_err
make_vector(const struct run *run, const struct dga_variant *variant,
            const struct dga_vector *vector, char got[256])
{
	struct dga_generator generator = {.family = run->family, .variant = variant};
	struct fsk_period period;
	struct dga_cursor cursor;
	struct fsk_name name;
	int64_t instant;
	int64_t length;

	if (date_parse_instant(span_of(vector->date), &instant, &length, NULL) != FSK_OK ||
	    vector->index < 1 || vector->index > variant->count)
		return FSK_SYNTAX;
	if (!run->family->period(variant, instant, &period))
		return FSK_RANGE;
	dga_cursor_begin(&cursor, &generator, period);
	for (uint32_t i = 0; i < vector->index; i++)
		(void)dga_cursor_next(&cursor, &name);
	memcpy(got, name.text, (size_t)name.len + 1);
	return FSK_OK;
}

static void
check_vector(struct run *run, const struct dga_vector *vector)
{
	struct dga_check check = {.vector = vector, .want = vector->name};
	enum fsk_err err = FSK_SYNTAX;

	for (size_t i = 0; i < run->family->variant_count; i++) {
		if (strcmp(run->family->variants[i].name, vector->variant) == 0)
			check.variant = &run->family->variants[i];
	}
	if (check.variant != NULL)
		err = make_vector(run, check.variant, vector, check.got);
	tell(run, &check, err);
}

static void
check_digest(struct run *run, const struct dga_variant *variant)
{
	struct dga_generator generator = {.family = run->family, .variant = variant};
	struct dga_check check = {.variant = variant, .want = variant->proof_sha256};
	uint32_t periods = variant->proof_periods > 0 ? variant->proof_periods : 1;
	enum fsk_err err;
	int64_t instant;
	int64_t length;

	err = date_parse_instant(span_of(variant->proof_date), &instant, &length, NULL);
	if (err == FSK_OK)
		err = dga_list_digest(&generator, instant, periods, check.got);
	tell(run, &check, err);
}

enum fsk_err
dga_selftest(const struct dga_family *family,
             void (*report)(const struct dga_check *check, void *context), void *context)
{
	struct run run = {.family = family, .report = report, .context = context};

	for (size_t i = 0; i < family->vector_count; i++)
		check_vector(&run, &family->vectors[i]);
	for (size_t i = 0; i < family->variant_count; i++)
		check_digest(&run, &family->variants[i]);
	return run.worst;
}
