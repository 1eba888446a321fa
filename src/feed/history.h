/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/history.h: the versions of a zone. A version is what one serial serves: the image,
 * and the deltas by which older serials become this one (RFC 1995). Versions and deltas
 * are counted and never changed: a transfer holds the version that it began with, while
 * others take its place. Of the loop's thread only.
 */
#ifndef FEED_HISTORY_H
#define FEED_HISTORY_H

#include "feed/image.h"
#include "feed/serial.h"

/* How the names of an image become records. When it changes, all records do, and there
 * are no deltas. */
struct feed_render {
	struct wire_zone zone;
	enum wire_action action;
	struct fsk_name canary; /* its len is 0: none */
};

/* The step from one serial to the next. A name whose state has changed is in both. */
struct feed_delta {
	unsigned holders;
	uint32_t from, to;
	struct feed_list removed, added;
};

struct feed_version {
	unsigned holders;
	uint32_t serial;
	struct feed_render render;
	struct feed_image *image;
	size_t delta_count;
	struct feed_delta *deltas[]; /* the oldest first: each ends where the next begins,
	                              * the last at ${serial} */
};

/* The longest name of a canary, below the zone: "serial." or "s4294967295." and the
 * domain. */
struct feed_canaries {
	struct fsk_name told;    /* the TXT */
	struct fsk_name blocked; /* the rule */
	char text[40];           /* of the TXT */
};

/* What ${setting} makes of the names; a canary that the zone cannot hold is none. */
void feed_render_of(const struct feed_zone_setting *setting, struct feed_render *render);

/* A number made of all that ${render} says. */
uint64_t feed_render_digest(const struct feed_render *render);

/* The canaries of ${serial}; false when ${render} has none. */
bool feed_canaries_of(const struct feed_render *render, uint32_t serial,
                      struct feed_canaries *canaries);

/* Whether ${a} and ${b} hold the same names in the same states. */
bool feed_list_same(const struct feed_list *a, const struct feed_list *b);

/* Makes the step from ${old} to ${new}, from serial ${from} to ${to}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_delta_new(const struct feed_list *old,
                                         const struct feed_list *new, uint32_t from,
                                         uint32_t to, struct feed_delta **delta);
void feed_delta_free(struct feed_delta *delta);

/* Makes a version of ${serial} without deltas; holds ${image}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_version_new(const struct feed_render *render,
                                           struct feed_image *image, uint32_t serial,
                                           size_t most_deltas,
                                           struct feed_version **version);

/* Makes the version of ${serial} that follows ${old}, by ${image} and at most
 * ${history} deltas: those that are of use, see feed_version_find(). FSK_NOMEM. */
FSK_MUST_USE enum fsk_err feed_version_after(const struct feed_version *old,
                                             struct feed_image *image, uint32_t serial,
                                             size_t history, struct feed_version **version);

struct feed_version *feed_version_hold(struct feed_version *version);
void feed_version_free(struct feed_version *version);

/* The delta from which an IXFR of ${serial} begins; false when there is none, or the
 * deltas from there on have more names than the image: then all is sent. */
bool feed_version_find(const struct feed_version *version, uint32_t serial, size_t *delta);

/* Bytes of memory of the image and the deltas. */
uint64_t feed_version_bytes(const struct feed_version *version);

#endif
