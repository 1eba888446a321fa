/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/lines.h"

#include "publish/canary.h"
#include "publish/walk.h"

/* Bytes of the texts before and after a name. */
#define AROUND_MAX 64

/* What stands around the names, measured. */
struct frame {
	size_t before_len;
	size_t after_len;
	char before[AROUND_MAX];
	char after[AROUND_MAX + 1];
};

static size_t
keep(char room[AROUND_MAX], const char *text)
{
	size_t len = strnlen(text, AROUND_MAX);

	memcpy(room, text, len);
	return len;
}

static void
put_line(struct publish_file *file, const struct frame *frame, struct span name)
{
	size_t len = frame->before_len + name.len + frame->after_len;
	char *at = publish_room(file, len);

	memcpy(at, frame->before, frame->before_len);
	memcpy(at + frame->before_len, name.text, name.len);
	memcpy(at + frame->before_len + name.len, frame->after, frame->after_len);
	publish_took(file, len);
}

void
publish_lines_write(const struct publish_list *list, struct publish_file *file,
                    const struct publish_lines *lines)
{
	struct publish_walk walk = {.list = list, .file = file};
	struct frame frame;
	struct fsk_name canary;

	frame.before_len = keep(frame.before, lines->before);
	frame.after_len = keep(frame.after, lines->after);
	frame.after[frame.after_len++] = '\n';
	if (publish_canary_blocked(list, &canary))
		put_line(file, &frame, publish_canary_span(&canary));
	while (publish_walk_next(&walk))
		put_line(file, &frame, walk.entry.name);
}
