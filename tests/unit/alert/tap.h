/* SPDX-License-Identifier: BSD-2-Clause
 *
 * tests/unit/alert/tap.h: frames of dnstap as text, and a hub that writes them.
 */
#ifndef TESTS_UNIT_ALERT_TAP_H
#define TESTS_UNIT_ALERT_TAP_H

#include "scene.h"

#define CONTENT "protobuf:dnstap.Dnstap"

static const char question[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\5jogli\3com\0\0\1\0\1";

/* A message as text: "1=6 2=1 ... 15={...}" in the order of its fields. */
struct fields {
	size_t len;
	char text[4096];
};

__attribute__((format(printf, 2, 3))) static inline void
show(struct fields *fields, const char *form, ...)
{
	va_list values;

	va_start(values, form);
	fields->len += (size_t)vsnprintf(fields->text + fields->len,
	                                 sizeof(fields->text) - fields->len, form, values);
	va_end(values);
	assert_true(fields->len < sizeof(fields->text));
}

static inline uint64_t
varint(const unsigned char **at, const unsigned char *end)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		assert_true(*at < end);
		value |= (uint64_t)(**at & 0x7f) << shift;
		if ((*(*at)++ & 0x80) == 0)
			break;
	}
	return value;
}

static inline void
show_octets(struct fields *fields, const unsigned char *octets, size_t len)
{
	bool plain = true;

	for (size_t i = 0; i < len; i++)
		plain = plain && octets[i] >= 0x20 && octets[i] < 0x7f;
	for (size_t i = 0; i < len; i++)
		show(fields, plain ? "%c" : "%02x", octets[i]);
}

/* Shows the fields of a frame (${inner} is the number of what it holds: 14, the message),
 * of a message (15, the policy), or of a policy (0). */
static inline void
show_fields(struct fields *fields, const unsigned char *at, size_t len, unsigned inner)
{
	const unsigned char *end = at + len;

	while (at < end) {
		uint64_t tag = varint(&at, end), value;

		show(fields, "%s%u=",
		     fields->len > 0 && fields->text[fields->len - 1] != '\n' ? " " : "",
		     (unsigned)(tag >> 3));
		if ((tag & 7) == 5) {
			show(fields, "%u",
			     (unsigned)at[0] | (unsigned)at[1] << 8 |
			             (unsigned)at[2] << 16 | (unsigned)at[3] << 24);
			at += 4;
			continue;
		}
		value = varint(&at, end);
		if ((tag & 7) == 0) {
			show(fields, "%llu", (unsigned long long)value);
			continue;
		}
		assert_int_equal(tag & 7, 2);
		assert_true(value <= (size_t)(end - at));
		if (tag >> 3 == inner) {
			show(fields, "{");
			show_fields(fields, at, value, inner == 14 ? 15 : 0);
			show(fields, " }");
		} else {
			show_octets(fields, at, value);
		}
		at += value;
	}
}

static inline void
sight(struct scene *scene, unsigned host)
{
	struct alert_sighting news = scene_sighting(host);

	news.message = (struct span){question, sizeof(question) - 1};
	alert_sight(scene->hub, &news);
}

static inline void
open_tap(struct scene *scene, const char *target)
{
	scene_open(scene, &(struct alert_sink_setting){.way = ALERT_DNSTAP,
	                                               .sightings = true,
	                                               .target = target});
}

#endif
