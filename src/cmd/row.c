/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/row.h"

#include "base/date.h"

#include <inttypes.h>
#include <string.h>

void
row_period(struct fsk_period period, char text[ROW_PERIOD_SIZE])
{
	char first[DATE_INSTANT_SIZE];
	char last[DATE_INSTANT_SIZE];

	if (period.last == INT64_MAX) {
		memcpy(text, "for ever", sizeof("for ever"));
		return;
	}
	if (date_day_of(period.first) * DATE_DAY == period.first &&
	    date_day_of(period.last + 1) * DATE_DAY == period.last + 1) {
		date_write_day(period.first, first);
		date_write_day(period.last, last);
	} else {
		date_write_instant(period.first, first);
		date_write_instant(period.last, last);
	}
	if (strcmp(first, last) == 0)
		snprintf(text, ROW_PERIOD_SIZE, "%s", first);
	else
		snprintf(text, ROW_PERIOD_SIZE, "%s to %s", first, last);
}

static void
write_name(struct output *output, const struct row *row)
{
	fwrite(row->name.text, 1, row->name.len, output->file);
	fputc('\n', output->file);
}

/* The suffix of a row's name, without its dot. */
static struct span
suffix_of(const struct row *row)
{
	const struct dga_suffix *suffix = dga_suffix_of(row->generator->variant, row->name);

	return (struct span){suffix->text + 1, suffix->len - 1u};
}

static void
write_csv_instant(struct output *output, int64_t instant)
{
	char text[DATE_INSTANT_SIZE];

	fputc(',', output->file);
	if (instant == INT64_MIN || instant == INT64_MAX)
		return; /* a list that holds for ever has no bounds: empty fields */
	date_write_instant(instant, text);
	fputs(text, output->file);
}

static void
write_csv(struct output *output, const struct row *row)
{
	struct span suffix = suffix_of(row);

	fprintf(output->file, "%s,%s,%" PRIu32 ",", row->generator->family->name,
	        row->generator->variant->name, row->index);
	output_csv(output, row->name.text, row->name.len);
	fputc(',', output->file);
	output_csv(output, suffix.text, suffix.len);
	write_csv_instant(output, row->period.first);
	write_csv_instant(output, row->period.last);
	fputc('\n', output->file);
}

static void
write_json(struct output *output, const struct row *row)
{
	struct span suffix = suffix_of(row);

	fprintf(output->file,
	        "{\"family\":\"%s\",\"variant\":\"%s\",\"index\":%" PRIu32 ",\"name\":",
	        row->generator->family->name, row->generator->variant->name, row->index);
	output_json(output, row->name.text, row->name.len);
	fputs(",\"suffix\":", output->file);
	output_json(output, suffix.text, suffix.len);
	fputs(",\"start\":", output->file);
	output_json_instant(output, row->period.first);
	fputs(",\"end\":", output->file);
	output_json_instant(output, row->period.last);
	fputs("}\n", output->file);
}

static void
write_table(struct output *output, const struct row *row)
{
	char generator[DGA_GENERATOR_NAME_SIZE];
	char period[ROW_PERIOD_SIZE];

	dga_generator_name(row->generator, generator);
	row_period(row->period, period);
	fprintf(output->file, "%-32.*s  %-18s  %6" PRIu32 "  %s\n", (int)row->name.len,
	        row->name.text, generator, row->index, period);
}

static const struct row_format formats[] = {
        {
                .name = "csv",
                .header = "family,variant,index,name,suffix,start,end\n",
                .write = write_csv,
        },
        {.name = "json", .header = "", .write = write_json},
        {.name = "names", .header = "", .plain = true, .write = write_name},
        {
                .name = "table",
                .header = "NAME                              FAMILY/VARIANT       INDEX  "
                          "PERIOD (UTC)\n",
                .write = write_table,
        },
};

const struct row_format *
row_format_find(const char *name)
{
	for (size_t i = 0; i < DGA_COUNT(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}
