/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_formats.h"

#include "cmd/output.h"
#include "publish/catalog.h"

static void
write_json(struct output *output, const struct publish_format *format)
{
	FILE *out = output->file;

	fprintf(out, "{\"format\":\"%s\",\"title\":", format->name);
	output_json(output, format->title, strlen(format->title));
	fprintf(out, ",\"covers_below\":%s,\"files\":[",
	        format->covers_below ? "true" : "false");
	for (size_t k = 0; k < PUBLISH_PARTS_MAX && format->parts[k].file != NULL; k++)
		fprintf(out, "%s\"%s\"", k > 0 ? "," : "", format->parts[k].file);
	fputs("]}\n", out);
}

static void
write_text(FILE *out, const struct publish_format *format)
{
	fprintf(out, "%-12s", format->name);
	for (size_t k = 0; k < PUBLISH_PARTS_MAX && format->parts[k].file != NULL; k++)
		fprintf(out, " %s", format->parts[k].file);
	fprintf(out, "\n             %s; %s\n", format->title,
	        format->covers_below ? "covers all names below, too" : "exactly the names");
}

enum status
publish_formats_list(bool json)
{
	struct output output;
	enum status status = output_open(&output, NULL);

	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < publish_format_count(); i++) {
		if (json)
			write_json(&output, publish_format_at(i));
		else
			write_text(output.file, publish_format_at(i));
	}
	return output_close(&output, STATUS_DONE);
}
