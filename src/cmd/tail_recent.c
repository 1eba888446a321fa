/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/tail_recent.h"

#include <stdlib.h>

enum fsk_err
tail_recent_init(struct tail_recent *recent, size_t most)
{
	*recent = (struct tail_recent){.most = most};
	recent->kept = calloc(most + 1, sizeof(*recent->kept));
	return recent->kept != NULL ? FSK_OK : FSK_NOMEM;
}

void
tail_recent_clear(struct tail_recent *recent)
{
	for (size_t i = 0; i < recent->count; i++)
		free(recent->kept[i].line);
	recent->count = 0;
}

void
tail_recent_fini(struct tail_recent *recent)
{
	tail_recent_clear(recent);
	free(recent->kept);
	recent->kept = NULL;
}

static enum fsk_err
render(struct tail_kept *kept, const struct tail_look *look,
       const struct sighting *sighting, const struct store_said *said)
{
	struct output output = {.file = open_memstream(&kept->line, &kept->len)};

	if (output.file == NULL)
		return FSK_NOMEM;
	tail_line_write(&output, look, sighting, said);
	if (fclose(output.file) == 0)
		return FSK_OK;
	free(kept->line);
	return FSK_NOMEM;
}

enum fsk_err
tail_recent_add(struct tail_recent *recent, const struct tail_look *look,
                const struct sighting *sighting, const struct store_said *said)
{
	struct tail_kept made = {.us = sighting->us};
	size_t place = recent->count;
	bool full = recent->count == recent->most;
	enum fsk_err err;

	if (recent->most == 0 || (full && sighting->us < recent->kept[0].us))
		return FSK_OK;
	err = render(&made, look, sighting, said);
	if (err != FSK_OK)
		return err;
	while (place > 0 && recent->kept[place - 1].us > made.us)
		place--;
	memmove(recent->kept + place + 1, recent->kept + place,
	        (recent->count - place) * sizeof(*recent->kept));
	recent->kept[place] = made;
	if (!full) {
		recent->count++;
		return FSK_OK;
	}
	free(recent->kept[0].line);
	memmove(recent->kept, recent->kept + 1, recent->count * sizeof(*recent->kept));
	return FSK_OK;
}

void
tail_recent_write(const struct tail_recent *recent, struct tail_look *look,
                  struct output *output)
{
	for (size_t i = 0; i < recent->count; i++) {
		tail_line_day(output, look, recent->kept[i].us);
		fwrite(recent->kept[i].line, 1, recent->kept[i].len, output->file);
	}
}
