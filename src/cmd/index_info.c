/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/index_info.h"

#include "base/date.h"
#include "dga/catalog.h"

#include <inttypes.h>

void
index_info_write(struct output *output, const char *path,
                 const struct watch_archive_info *info, bool json)
{
	char from[DATE_INSTANT_SIZE];
	char to[DATE_INSTANT_SIZE];
	FILE *out = output->file;

	date_write_instant(info->from, from);
	date_write_instant(info->to, to);
	if (json)
		fputs("{\"file\":", out);
	if (json)
		output_json(output, path, strlen(path));
	fprintf(out,
	        json ? ",\"format\":%" PRIu32 ",\"catalog\":\"%016" PRIx64
	               "\",\"from\":\"%s\",\"to\":\"%s\",\"names\":%" PRIu64
	               ",\"bytes\":%" PRIu64 ",\"generators\":["
	             : "format      %" PRIu32 "\ncatalog     %016" PRIx64
	               "\nfrom        %s\nto          %s\nnames       %" PRIu64
	               "\nbytes       %" PRIu64 "\ngenerators  ",
	        info->format, info->catalog, from, to, info->names, info->bytes);
	for (size_t i = 0; i < info->generator_count; i++) {
		struct dga_generator generator = dga_generator_at(info->generators[i]);
		char name[DGA_GENERATOR_NAME_SIZE];

		dga_generator_name(&generator, name);
		fprintf(out, json ? "%s\"%s\"" : "%s%s",
		        i == 0 ? ""
		        : json ? ","
		               : " ",
		        name);
	}
	fputs(json ? "]}\n" : "\n", out);
}
