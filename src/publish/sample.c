/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/sample.h"

#include "base/date.h"
#include "base/size.h"
#include "watch/plan.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* 2026-11-29T00:00:00Z, a day on which torpig's name has a colon. */
#define DAY INT64_C(1795910400)

static const char allow_list[] =
        "hewehfccfqmdih.pw 2027-12-31 a bakery that asked to be let through\n"
        "www.ytpikccrctafe.nl - a site below a forecast name\n";

static const char popular_list[] = "1,example.com\n2,aymlgpgl.yt\n";

static const char registered_list[] = "mjpyj.pm,2003-05-17\n"
                                      "toarkxuwbhl.de,2026-11-20\n";

static const char *const generators[] = {"locky/v2-cfg5", "torpig/daily"};
#define GENERATORS (sizeof(generators) / sizeof(generators[0]))

/* Of torpig's three names one is enough. */
static const struct span suffixes[] = {
        {"biz", 3}, {"de", 2}, {"nl", 2}, {"pm", 2}, {"pw", 2}, {"yt", 2},
};

static enum fsk_err
read_known(struct watch_known *known, enum watch_known_kind kind, const char *file,
           const char *text)
{
	struct watch_known_list list = {
	        .kind = kind, .file = span_of(file), .taken = DAY - 8 * DATE_DAY};
	struct watch_known_count count;

	return watch_known_read(known, span_of(text), &list, &count, NULL);
}

static enum fsk_err
read_rules(struct publish_sample *sample)
{
	enum fsk_err err = watch_allow_new(&sample->allow);

	if (err == FSK_OK)
		err = watch_allow_read(sample->allow, span_of(allow_list),
		                       span_of("allow.txt"), NULL);
	if (err == FSK_OK)
		err = watch_known_new(&sample->known);
	if (err == FSK_OK)
		err = read_known(sample->known, WATCH_POPULAR, "tranco.csv", popular_list);
	if (err == FSK_OK)
		err = read_known(sample->known, WATCH_REGISTERED, "registered.csv",
		                 registered_list);
	return err;
}

static enum fsk_err
make_roster(struct publish_sample *sample)
{
	size_t numbers[GENERATORS];
	struct watch_plan plan = {.generators = numbers,
	                          .generator_count = GENERATORS,
	                          .from = sample->list.window.first,
	                          .to = sample->list.window.last,
	                          .threads = 1};
	struct watch_roster_setting setting = {
	        .plan = &plan,
	        .rules = {.allow = sample->allow,
	                  .known = sample->known,
	                  .now = sample->list.made},
	        .least = DGA_LOW,
	        .suffixes = suffixes,
	        .suffix_count = sizeof(suffixes) / sizeof(suffixes[0]),
	};

	for (size_t i = 0; i < GENERATORS; i++) {
		struct dga_generator generator;
		enum fsk_err err = dga_generator_find(span_of(generators[i]), &generator);

		if (err != FSK_OK)
			return err;
		numbers[i] = generator.number;
	}
	return watch_roster_new(&setting, &sample->roster);
}

enum fsk_err
publish_sample_init(struct publish_sample *sample)
{
	struct publish_sample made = {
	        .list = {.window = {.first = DAY, .last = DAY + DATE_DAY - 1},
	                 .made = DAY + 5,
	                 .serial = 2026112900,
	                 .origin = span_of("rpz.foresink.internal"),
	                 .canary = span_of("foresink.internal"),
	                 .ttl = 60,
	                 .version = span_of("0.1.0")},
	};
	enum fsk_err err = read_rules(&made);

	if (err == FSK_OK)
		err = make_roster(&made);
	if (err != FSK_OK) {
		publish_sample_fini(&made);
		return err;
	}
	made.list.roster = made.roster;
	*sample = made;
	return FSK_OK;
}

void
publish_sample_fini(struct publish_sample *sample)
{
	if (sample == NULL)
		return;
	watch_roster_free(sample->roster);
	watch_known_free(sample->known);
	watch_allow_free(sample->allow);
}

/* Reads ${len} bytes of ${fd} from its start into new memory that ends in a NUL. */
static enum fsk_err
read_all(int fd, size_t len, char **text)
{
	char *made = malloc(size_add(len, 1));

	if (made == NULL)
		return FSK_NOMEM;
	if (pread(fd, made, len, 0) != (ssize_t)len) {
		free(made);
		return FSK_IO;
	}
	made[len] = '\0';
	*text = made;
	return FSK_OK;
}

static enum fsk_err
write_hex(const uint8_t digest[PUBLISH_SHA256], char **text)
{
	static const char hex[] = "0123456789abcdef";
	char *made = malloc(2 * PUBLISH_SHA256 + 1);

	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < PUBLISH_SHA256; i++) {
		made[2 * i] = hex[digest[i] >> 4];
		made[2 * i + 1] = hex[digest[i] & 15];
	}
	made[2 * PUBLISH_SHA256] = '\0';
	*text = made;
	return FSK_OK;
}

/* Stores in ${got} what ${part} writes of ${list}, as the descriptor says it. */
static enum fsk_err
write_part(const struct publish_list *list, const struct publish_part *part, int fd,
           char **got)
{
	struct publish_file *file;
	struct publish_file_facts facts;
	enum fsk_err err = publish_file_new(fd, &file);

	if (err != FSK_OK)
		return err;
	err = part->write(list, file);
	if (err == FSK_OK)
		err = publish_file_finish(file, &facts);
	if (err == FSK_OK)
		err = part->sample != NULL ? read_all(fd, facts.bytes, got)
		                           : write_hex(facts.sha256, got);
	publish_file_free(file);
	return err;
}

static enum fsk_err
prove_part(const struct publish_list *list, const struct publish_part *part, char **got)
{
	const char *want = part->sample != NULL ? part->sample : part->sample_sha256;
	int fd = memfd_create(part->file, MFD_CLOEXEC);
	enum fsk_err err;
	char *text;

	if (fd < 0)
		return FSK_IO;
	err = write_part(list, part, fd, &text);
	close(fd);
	if (err != FSK_OK)
		return err;
	if (strcmp(text, want) == 0) {
		free(text);
		return FSK_OK;
	}
	*got = text;
	return FSK_MISMATCH;
}

enum fsk_err
publish_sample_prove(const struct publish_sample *sample,
                     const struct publish_format *format, size_t *part, char **got)
{
	for (size_t i = 0; i < PUBLISH_PARTS_MAX && format->parts[i].file != NULL; i++) {
		enum fsk_err err = prove_part(&sample->list, &format->parts[i], got);

		if (err == FSK_MISMATCH)
			*part = i;
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}
