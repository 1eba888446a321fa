/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/sinkhole_metrics.h"

#include "up/section.h"

static void
begin(struct up_text *text, const char *name, const char *type, const char *help)
{
	up_text_add(text,
	            "# HELP foresink_sinkhole_%s %s\n# TYPE foresink_sinkhole_%s %s\n",
	            name, help, name, type);
}

struct row {
	const char *name, *help;
	uint64_t value;
};

static void
write_rows(struct up_text *text, const char *type, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		begin(text, rows[i].name, type, rows[i].help);
		up_text_add(text, "foresink_sinkhole_%s %llu\n", rows[i].name,
		            (unsigned long long)rows[i].value);
	}
}

static void
write_contacts(const struct sinkhole_counts *counts, struct up_text *text)
{
	static const char *const whys[SINKHOLE_REJECTS] = {
	        [SINKHOLE_NOT_HELD] = "not-held",
	        [SINKHOLE_MALFORMED] = "malformed",
	        [SINKHOLE_CROWD] = "crowd",
	};

	begin(text, "contacts_total", "counter", "contacts that were kept, by kind");
	for (unsigned i = 0; i < SIGHTING_KINDS; i++)
		up_text_add(text, "foresink_sinkhole_contacts_total{kind=\"%s\"} %llu\n",
		            sighting_kind_name((enum sighting_kind)i),
		            (unsigned long long)counts->kept[i]);
	begin(text, "rejected_total", "counter", "contacts that are no record, by reason");
	for (size_t i = 0; i < SINKHOLE_REJECTS; i++)
		up_text_add(text, "foresink_sinkhole_rejected_total{why=\"%s\"} %llu\n",
		            whys[i], (unsigned long long)counts->rejected[i]);
}

void
up_sinkhole_metrics(const struct sinkhole *sinkhole, struct up_text *text)
{
	const struct sinkhole_ground_facts facts = sinkhole_facts(sinkhole);
	struct sinkhole_counts counts;

	sinkhole_count_all(sinkhole, &counts);
	const struct row totals[] = {
	        {"lost_total", "contacts for which there was no room", counts.lost},
	        {"bots_total", "contacts with the fingerprint of a bot", counts.bots},
	        {"visitors_total", "contacts of crawlers, scanners and researchers",
	         counts.visitors},
	        {"strange_total", "contacts with a shape that no fingerprint knows",
	         counts.strange},
	        {"limited_total", "answers held back by the rate", counts.limited},
	        {"unsent_total", "answers that the system did not take", counts.unsent},
	        {"evicted_total", "idle connections that made room", counts.evicted},
	        {"late_total", "connections ended by a deadline", counts.late},
	};
	const struct row now[] = {
	        {"callers", "connections now", counts.callers},
	        {"callers_bytes", "memory of connections", counts.bytes},
	        {"names", "names that are held", facts.names},
	        {"bytes", "memory of the names", facts.bytes},
	        {"serial", "serial of the names", facts.serial},
	};

	write_contacts(&counts, text);
	write_rows(text, "counter", totals, UP_COUNT(totals));
	write_rows(text, "gauge", now, UP_COUNT(now));
}
