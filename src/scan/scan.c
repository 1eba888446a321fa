/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/scan.h"

#include "dga/catalog.h"
#include "scan/client.h"
#include "scan/run.h"
#include "verdict/setting.h"

#include <stdlib.h>

/* Bytes of indices that are kept: three years of all families. */
#define INDEX_MOST ((size_t)1 << 30)

/* Counts what the view made. */
static void
count_index(size_t names, size_t bytes, void *context)
{
	struct scan *scan = context;

	scan->index_names += names;
	scan->index_bytes += bytes;
}

/* Makes what ${scan} needs of the rooms below. */
static enum fsk_err
make_parts(struct scan *scan)
{
	const struct scan_setting *setting = &scan->setting;
	const struct watch_view_setting view = {
	        .generators = setting->generators,
	        .generator_count = setting->generator_count,
	        .window_days = setting->window_days,
	        .most_bytes = INDEX_MOST,
	        .made = count_index,
	        .context = scan,
	};
	const struct verdict_setting verdict = verdict_setting();
	enum fsk_err err = watch_view_new(&view, &scan->view);

	if (err == FSK_OK)
		err = verdict_new(&verdict, &scan->verdict);
	if (err == FSK_OK)
		err = tally_init(&scan->tally, dga_generator_count());
	if (err == FSK_OK)
		err = far_init(&scan->far);
	if (err == FSK_OK)
		err = clean_init(&scan->clean);
	for (unsigned i = 0; i < setting->threads && err == FSK_OK; i++) {
		err = take_init(&scan->takes[i], setting, scan->view);
		if (err == FSK_OK)
			err = part_init(&scan->parts[i]);
	}
	return err;
}

enum fsk_err
scan_new(const struct scan_setting *setting, struct scan **scan)
{
	struct scan *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_NOMEM;

	if (made == NULL)
		return FSK_NOMEM;
	made->setting = *setting;
	made->files.failed = setting->unopened;
	made->files.context = setting->context;
	made->report.first_us = INT64_MAX;
	made->report.last_us = INT64_MIN;
	pthread_mutex_init(&made->input, NULL);
	pthread_mutex_init(&made->output, NULL);
	pthread_cond_init(&made->turned, NULL);
	made->takes = calloc(setting->threads, sizeof(*made->takes));
	made->parts = calloc(setting->threads, sizeof(*made->parts));
	made->rates = calloc(dga_generator_count() + 1, sizeof(*made->rates));
	if (made->takes != NULL && made->parts != NULL && made->rates != NULL)
		err = make_parts(made);
	if (err != FSK_OK) {
		scan_free(made);
		return err;
	}
	*scan = made;
	return FSK_OK;
}

enum fsk_err
scan_add(struct scan *scan, const char *path)
{
	return files_add(&scan->files, path);
}

const char *
scan_finds(const struct scan *scan, uint64_t device, uint64_t inode)
{
	return files_find(&scan->files, device, inode);
}

/* Sums up the files. */
static void
sum_files(struct scan *scan)
{
	struct scan_report *report = &scan->report;

	report->files = scan->reports;
	report->file_count = scan->begun;
	report->bytes = 0;
	report->lines = 0;
	report->asked = 0;
	report->aside = 0;
	report->skipped = 0;
	for (size_t i = 0; i < scan->begun; i++) {
		const struct scan_file *file = &scan->reports[i];

		report->bytes += file->bytes;
		report->lines += file->lines;
		report->asked += file->asked;
		report->aside += file->aside;
		report->skipped += file->skipped;
		if (file->first_us < report->first_us)
			report->first_us = file->first_us;
		if (file->last_us > report->last_us)
			report->last_us = file->last_us;
	}
}

/* Sums up what was asked beside the forecasts, and the rates. */
static void
sum_clean(struct scan *scan)
{
	struct scan_report *report = &scan->report;

	for (unsigned i = 0; i < scan->setting.threads; i++)
		clean_merge(&scan->clean, &scan->takes[i].clean);
	report->clean = clean_pairs(&scan->clean);
	report->hosts = clean_hosts(&scan->clean);
	report->rate = null_measure(scan->tally.pairs, report->clean);
	for (size_t i = 0; i < scan->tally.generators; i++)
		scan->rates[i] = null_measure(scan->tally.counts[i], report->clean);
	report->rates = scan->rates;
	report->far_full = scan->far.full;
	report->index_names = scan->index_names;
	report->index_bytes = scan->index_bytes;
}

enum fsk_err
scan_judge(struct scan *scan, struct scan_report *report)
{
	struct verdict_ground ground;
	enum fsk_err err;

	sum_files(scan);
	sum_clean(scan);
	ground = (struct verdict_ground){
	        .clean = &scan->clean,
	        .rates = scan->rates,
	        .days = scan->tally.days > 1 ? (double)scan->tally.days : 1,
	        .generators = scan->setting.generator_count,
	        .host_hash = client_hash,
	};
	err = verdict_judge(scan->verdict, &ground);
	if (err != FSK_OK)
		return err;
	scan->report.verdict = scan->verdict;
	*report = scan->report;
	return FSK_OK;
}

void
scan_free(struct scan *scan)
{
	if (scan == NULL)
		return;
	intake_close(&scan->intake);
	for (unsigned i = 0; i < scan->setting.threads; i++) {
		if (scan->takes != NULL)
			take_fini(&scan->takes[i]);
		if (scan->parts != NULL)
			part_fini(&scan->parts[i]);
	}
	free(scan->takes);
	free(scan->parts);
	free(scan->rates);
	free(scan->reports);
	free(scan->marks);
	free(scan->proven);
	clean_fini(&scan->clean);
	tally_fini(&scan->tally);
	far_fini(&scan->far);
	verdict_free(scan->verdict);
	watch_view_free(scan->view);
	files_fini(&scan->files);
	pthread_mutex_destroy(&scan->input);
	pthread_mutex_destroy(&scan->output);
	pthread_cond_destroy(&scan->turned);
	free(scan);
}
