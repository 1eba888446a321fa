/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/head.h"

#include "base/date.h"

static void
put_instant(struct publish_file *file, int64_t instant)
{
	int64_t day = date_day_of(instant);

	if (day < DATE_FIRST || day > DATE_LAST)
		publish_put_text(file, "-");
	else
		publish_put_instant(file, instant);
}

static void
begin(struct publish_file *file, const char *mark, const char *key)
{
	publish_put_text(file, mark);
	publish_put_text(file, key);
	publish_put_text(file, " ");
}

static void
put_count(struct publish_file *file, const char *mark, const char *key, uint64_t count)
{
	begin(file, mark, key);
	publish_put_number(file, count);
	publish_put_text(file, "\n");
}

void
publish_head_write(const struct publish_list *list, struct publish_file *file,
                   const char *mark, bool logged)
{
	struct watch_roster_counts counts;

	watch_roster_count(list->roster, &counts);
	publish_put_text(file, mark);
	publish_put_text(file, "foresink");
	if (list->version.len > 0) {
		publish_put_text(file, " ");
		publish_put(file, list->version);
	}
	publish_put_text(file, "\n");
	put_count(file, mark, "serial", list->serial);
	begin(file, mark, "window");
	put_instant(file, list->window.first);
	publish_put_text(file, " ");
	put_instant(file, list->window.last);
	publish_put_text(file, "\n");
	begin(file, mark, "made");
	put_instant(file, list->made);
	publish_put_text(file, "\n");
	put_count(file, mark, "block", counts.names[WATCH_BLOCK]);
	if (logged)
		put_count(file, mark, "log-only", counts.names[WATCH_LOG_ONLY]);
}
