/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/state.h"

#include "base/ascii.h"
#include "base/draft.h"
#include "base/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define TITLE "foresink feed "
#define VERSION "1\n"
#define TITLE_OCTETS 16
#define HEAD (TITLE_OCTETS + 2 * 4 + 3 * 8) /* up to the deltas */
#define DELTA (2 * 4 + 4 * 8)               /* of one of them */
#define SUM 8
#define ENDING ".feed"

char *
feed_state_path(const char *folder, const struct fsk_name *zone)
{
	static const char digits[] = "0123456789abcdef";
	size_t len = size_add(strlen(folder), 1);
	char *path = malloc(size_add(len, (size_t)zone->len * 3 + sizeof(ENDING)));

	if (path == NULL)
		return NULL;
	snprintf(path, size_add(len, 1), "%s/", folder);
	for (size_t i = 0; i < zone->len; i++) {
		char c = zone->text[i];

		if (ascii_alpha(c) || ascii_digit(c) || c == '.' || c == '-' || c == '_') {
			path[len++] = c;
			continue;
		}
		path[len++] = '%';
		path[len++] = digits[(unsigned char)c >> 4];
		path[len++] = digits[(unsigned char)c & 15];
	}
	memcpy(path + len, ENDING, sizeof(ENDING));
	return path;
}

/* Writes ${number} as ${octets} octets at ${out} and returns the place behind them. */
static uint8_t *
put(uint8_t *out, uint64_t number, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		out[i] = (uint8_t)(number >> 8 * i);
	return out + octets;
}

/* The head of the file of ${version}, for the caller to free. */
static uint8_t *
head_of(const struct feed_version *version, size_t *len)
{
	const struct feed_list *list = &version->image->list;
	uint8_t *head, *at;

	*len = HEAD + version->delta_count * DELTA;
	head = malloc(*len);
	if (head == NULL)
		return NULL;
	memcpy(head, TITLE VERSION, TITLE_OCTETS);
	at = put(head + TITLE_OCTETS, version->serial, 4);
	at = put(at, version->delta_count, 4);
	at = put(at, feed_render_digest(&version->render), 8);
	at = put(at, list->count, 8);
	at = put(at, list->len, 8);
	for (size_t i = 0; i < version->delta_count; i++) {
		const struct feed_delta *delta = version->deltas[i];

		at = put(at, delta->from, 4);
		at = put(at, delta->to, 4);
		at = put(at, delta->removed.count, 8);
		at = put(at, delta->removed.len, 8);
		at = put(at, delta->added.count, 8);
		at = put(at, delta->added.len, 8);
	}
	return head;
}

/* A file that is being written. */
struct output {
	XXH3_state_t sum;
	struct draft draft;
	uint64_t at;
};

static enum fsk_err
append(struct output *output, const void *octets, size_t len)
{
	enum fsk_err err = FSK_OK;

	if (len == 0)
		return FSK_OK;
	err = draft_write(&output->draft, output->at, octets, len);
	XXH3_64bits_update(&output->sum, octets, len);
	output->at += len;
	return err;
}

static enum fsk_err
append_all(struct output *output, const struct feed_version *version)
{
	size_t len;
	uint8_t *head = head_of(version, &len);
	uint8_t sum[SUM];
	enum fsk_err err;

	if (head == NULL)
		return FSK_NOMEM;
	err = append(output, head, len);
	free(head);
	if (err == FSK_OK)
		err = append(output, version->image->list.octets, version->image->list.len);
	for (size_t i = 0; i < version->delta_count && err == FSK_OK; i++) {
		const struct feed_delta *delta = version->deltas[i];

		err = append(output, delta->removed.octets, delta->removed.len);
		if (err == FSK_OK)
			err = append(output, delta->added.octets, delta->added.len);
	}
	put(sum, XXH3_64bits_digest(&output->sum), SUM);
	return err == FSK_OK ? append(output, sum, SUM) : err;
}

enum fsk_err
feed_state_write(const char *path, const struct feed_version *version)
{
	struct output output = {.at = 0};
	enum fsk_err err = draft_init(&output.draft, path);

	if (err != FSK_OK)
		return err;
	XXH3_64bits_reset(&output.sum);
	err = append_all(&output, version);
	if (err == FSK_OK)
		err = draft_finish(&output.draft);
	draft_fini(&output.draft);
	return err;
}

/* A file that is being read: what is left of its head, and of the octets behind that. */
struct input {
	const uint8_t *head, *octets;
	size_t octets_len;
};

static uint64_t
take(struct input *input, size_t octets)
{
	uint64_t number = 0;

	for (size_t i = 0; i < octets; i++)
		number |= (uint64_t)input->head[i] << 8 * i;
	input->head += octets;
	return number;
}

/* Takes the next list, of which the head gives names and octets. */
static enum fsk_err
take_list(struct input *input, struct feed_list *list)
{
	uint64_t count = take(input, 8);
	uint64_t len = take(input, 8);
	uint8_t *copy;
	enum fsk_err err;

	/* A name has 3 octets at least. */
	if (len > input->octets_len || count > len / 3)
		return FSK_CORRUPT;
	copy = malloc(len > 0 ? (size_t)len : 1);
	if (copy == NULL)
		return FSK_NOMEM;
	if (len > 0)
		memcpy(copy, input->octets, (size_t)len);
	input->octets += len;
	input->octets_len -= len;
	err = feed_list_take(copy, (size_t)len, (size_t)count, list);
	if (err != FSK_OK)
		free(copy);
	return err;
}

/* Takes the next delta, which begins where the one before it ended. */
static enum fsk_err
take_delta(struct input *input, struct feed_version *version)
{
	struct feed_delta *delta = calloc(1, sizeof(*delta));
	size_t n = version->delta_count;
	enum fsk_err err;

	if (delta == NULL)
		return FSK_NOMEM;
	delta->holders = 1;
	delta->from = (uint32_t)take(input, 4);
	delta->to = (uint32_t)take(input, 4);
	err = take_list(input, &delta->removed);
	if (err == FSK_OK)
		err = take_list(input, &delta->added);
	if (err == FSK_OK && ((n > 0 && version->deltas[n - 1]->to != delta->from) ||
	                      !feed_serial_newer(delta->to, delta->from)))
		err = FSK_CORRUPT;
	if (err != FSK_OK) {
		feed_delta_free(delta);
		return err;
	}
	version->deltas[version->delta_count++] = delta;
	return FSK_OK;
}

/* Forgets the oldest deltas of ${version} until it has ${most}. */
static void
forget(struct feed_version *version, size_t most)
{
	size_t gone = version->delta_count > most ? version->delta_count - most : 0;

	for (size_t i = 0; i < gone; i++)
		feed_delta_free(version->deltas[i]);
	memmove(version->deltas, version->deltas + gone,
	        (version->delta_count - gone) * sizeof(struct feed_delta *));
	version->delta_count -= gone;
}

/* Reads what is behind the title of a file whose sum and sizes fit. */
static enum fsk_err
take_version(struct input *input, const struct feed_render *render,
             struct feed_version **version, bool *same)
{
	uint32_t serial = (uint32_t)take(input, 4);
	size_t deltas = (size_t)take(input, 4);
	bool is_same = take(input, 8) == feed_render_digest(render);
	struct feed_image *image;
	struct feed_version *made = NULL;
	struct feed_list list;
	struct fsk_name zone;
	enum fsk_err err = take_list(input, &list);

	if (err != FSK_OK)
		return err;
	feed_zone_text(&render->zone, &zone);
	err = feed_image_of(&zone, &list, &image);
	feed_list_fini(&list);
	if (err != FSK_OK)
		return err;
	err = feed_version_new(render, image, serial, deltas, &made);
	feed_image_free(image); /* the version holds it */
	for (size_t i = 0; i < deltas && err == FSK_OK; i++)
		err = take_delta(input, made);
	if (err == FSK_OK && (input->octets_len > 0 ||
	                      (deltas > 0 && made->deltas[deltas - 1]->to != serial)))
		err = FSK_CORRUPT;
	if (err != FSK_OK) {
		feed_version_free(made);
		return err;
	}
	*same = is_same;
	*version = made;
	return FSK_OK;
}

enum fsk_err
feed_state_parse(struct span file, const struct feed_render *render, size_t history,
                 struct feed_version **version, bool *same)
{
	const uint8_t *octets = (const uint8_t *)file.text;
	struct input input = {.octets = octets};
	size_t len = file.len;
	uint8_t sum[SUM];
	uint64_t deltas;
	size_t head;
	enum fsk_err err;

	if (len < TITLE_OCTETS || memcmp(octets, TITLE, sizeof(TITLE) - 1) != 0)
		return FSK_CORRUPT;
	if (memcmp(octets, TITLE VERSION, TITLE_OCTETS) != 0)
		return FSK_VERSION;
	if (len < HEAD + SUM)
		return FSK_CORRUPT;
	put(sum, XXH3_64bits(octets, len - SUM), SUM);
	input.head = octets + TITLE_OCTETS + 4;
	deltas = take(&input, 4);
	head = HEAD + (size_t)deltas * DELTA;
	if (memcmp(sum, octets + len - SUM, SUM) != 0 || deltas > FEED_STATE_DELTAS ||
	    len - SUM < head)
		return FSK_CORRUPT;
	input.head = octets + TITLE_OCTETS;
	input.octets = octets + head;
	input.octets_len = len - SUM - head;
	err = take_version(&input, render, version, same);
	if (err == FSK_OK)
		forget(*version, *same ? history : 0);
	return err;
}

/* Reads the ${len} octets of ${fd}. */
static enum fsk_err
read_all(int fd, uint8_t *octets, size_t len)
{
	size_t used = 0;

	while (used < len) {
		ssize_t got = read(fd, octets + used, len - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FSK_IO;
		if (got == 0)
			return FSK_CORRUPT; /* it was cut meanwhile */
		used += (size_t)got;
	}
	return FSK_OK;
}

/* Reads the file at ${fd} into ${octets}, for the caller to free. */
static enum fsk_err
read_file(int fd, uint8_t **octets, size_t *len)
{
	struct stat st;
	uint8_t *made;
	enum fsk_err err;

	if (fstat(fd, &st) != 0)
		return FSK_IO;
	if (!S_ISREG(st.st_mode) || st.st_size <= 0)
		return FSK_CORRUPT;
	made = malloc((size_t)st.st_size);
	if (made == NULL)
		return FSK_NOMEM;
	err = read_all(fd, made, (size_t)st.st_size);
	if (err != FSK_OK) {
		free(made);
		return err;
	}
	*octets = made;
	*len = (size_t)st.st_size;
	return FSK_OK;
}

enum fsk_err
feed_state_read(const char *path, const struct feed_render *render, size_t history,
                struct feed_version **version, bool *same)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint8_t *octets = NULL;
	size_t len = 0;
	enum fsk_err err;

	if (fd < 0)
		return errno == ENOENT ? FSK_END : FSK_IO;
	err = read_file(fd, &octets, &len);
	close(fd);
	if (err == FSK_OK)
		err = feed_state_parse((struct span){(const char *)octets, len}, render,
		                       history, version, same);
	free(octets);
	return err;
}
