/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan/far.h"

#include "scan/client.h"
#include "wire/name.h"

#include <stdlib.h>

/* Names that are not in the index file and were asked for lately. */
#define ABSENT ((size_t)1 << 16)

enum fsk_err
far_look_init(struct far_look *look, const struct scan_setting *setting)
{
	const struct watch_archive *archive = setting->archive;
	const struct watch_archive_info *info;
	enum fsk_err err;

	*look = (struct far_look){.archive = archive, .v6_bits = setting->v6_bits};
	if (archive == NULL)
		return FSK_OK;
	info = watch_archive_info(archive);
	err = watch_shape_set_init(&look->shapes, info->generators, info->generator_count);
	if (err != FSK_OK)
		return err;
	look->absent = calloc(ABSENT, sizeof(*look->absent));
	return look->absent != NULL ? FSK_OK : FSK_NOMEM;
}

void
far_look_fini(struct far_look *look)
{
	if (look == NULL)
		return;
	watch_shape_set_fini(&look->shapes);
	free(look->absent);
	*look = (struct far_look){.archive = NULL};
}

/* What watch_archive_find() finds, on its way into a piece. */
struct finding {
	struct part *part;
	struct sighting sighting; /* all but its match */
	bool found;
	enum fsk_err err;
};

static void
add(const struct fsk_match *match, void *context)
{
	struct finding *finding = context;
	struct sighting *sighting = &finding->sighting;
	uint32_t below = (uint32_t)(sighting->name.len - sighting->forecast.len);

	if (!finding->found)
		finding->err = part_keep(finding->part, &sighting->machine);
	finding->found = true;
	if (finding->err != FSK_OK)
		return;
	sighting->match = *match;
	sighting->match.offset = below;
	finding->err = part_add_far(finding->part, sighting);
}

/* Asks the index file for ${name} and its parents. */
static enum fsk_err
ask(const struct far_look *look, struct fsk_name *name, struct finding *finding)
{
	enum fsk_err err = FSK_OK;

	do {
		finding->sighting.forecast = span_from(
		        finding->sighting.name, finding->sighting.name.len - name->len);
		if (watch_shape_set_fits(&look->shapes, name))
			err = watch_archive_find(look->archive, name, add, finding);
	} while (err == FSK_OK && finding->err == FSK_OK && wire_name_parent(name, name));
	return err != FSK_OK ? err : finding->err;
}

enum fsk_err
far_look_up(struct far_look *look, struct part *part, const struct far_asked *asked)
{
	uint64_t *absent = &look->absent[asked->hash & (ABSENT - 1)];
	const struct log_entry *entry = asked->entry;
	bool web = entry->transport == LOG_TRANSPORT_HTTP;
	struct finding finding = {
	        .part = part,
	        .sighting = {.us = asked->us,
	                     .port = entry->port,
	                     .kind = web ? SIGHTING_HTTP : SIGHTING_DNS,
	                     .transport = client_transport(entry->transport),
	                     .machine = entry->machine,
	                     .counter = SIGHTING_NO_COUNTER,
	                     .file = part->file,
	                     .line = part->lines},
	};
	struct fsk_name name, parent;
	enum fsk_err err;

	if (*absent == asked->hash || wire_name_read(asked->name, &name, NULL) != FSK_OK ||
	    !client_read(entry, look->v6_bits, &finding.sighting.client,
	                 &finding.sighting.address))
		return FSK_OK;
	finding.sighting.name = (struct span){name.text, name.len};
	parent = name;
	err = ask(look, &parent, &finding);
	if (err == FSK_OK && !finding.found)
		*absent = asked->hash;
	return err;
}
