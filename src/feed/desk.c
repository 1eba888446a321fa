/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/desk.h"

#include "base/ascii.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#define EVENT_SIZE 512 /* bytes of the longest event that is told, with its NUL */

/* Makes the secrets of ${setting}. */
static enum fsk_err
make_secrets(const struct feed_setting *setting, struct feed_secret **secrets)
{
	struct feed_secret *made = calloc(setting->key_count + 1, sizeof(*made));
	enum fsk_err err = FSK_OK;

	if (made == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < setting->key_count && err == FSK_OK; i++)
		err = feed_secret_of(&setting->keys[i], &made[i]);
	if (err != FSK_OK) {
		OPENSSL_cleanse(made, setting->key_count * sizeof(*made));
		free(made);
		return err;
	}
	*secrets = made;
	return FSK_OK;
}

static void
free_secrets(struct feed_secret *secrets, size_t count)
{
	if (secrets != NULL)
		OPENSSL_cleanse(secrets, count * sizeof(*secrets));
	free(secrets);
}

/* The zone of ${desk} that is called as ${name}. */
static const struct feed_zone *
find_same(const struct feed_desk *desk, const struct fsk_name *name)
{
	for (size_t i = 0; i < desk->zone_count; i++)
		if (span_equal((struct span){desk->zones[i].name.text,
		                             desk->zones[i].name.len},
		               (struct span){name->text, name->len}))
			return &desk->zones[i];
	return NULL;
}

enum fsk_err
feed_desk_set(struct feed_desk *desk, const struct feed_setting *setting)
{
	struct feed_zone *zones = calloc(setting->zone_count + 1, sizeof(*zones));
	struct feed_secret *secrets;
	enum fsk_err err = zones == NULL ? FSK_NOMEM : make_secrets(setting, &secrets);

	if (err != FSK_OK) {
		free(zones);
		return err;
	}
	for (size_t i = 0; i < setting->zone_count; i++) {
		struct feed_zone *zone = &zones[i];
		const struct feed_zone *old;

		feed_zone_text(&setting->zones[i].zone, &zone->name);
		old = find_same(desk, &zone->name);
		if (old != NULL)
			*zone = *old;
		if (zone->version != NULL)
			feed_version_hold(zone->version);
		zone->setting = &setting->zones[i];
		feed_render_of(zone->setting, &zone->render);
		/* What was stale before is so still: its serial stands for records of
		 * an older setting, which nobody here can make any more. */
		if (zone->version != NULL &&
		    feed_render_digest(&zone->render) !=
		            feed_render_digest(&zone->version->render))
			zone->stale = true;
	}
	for (size_t i = 0; i < desk->zone_count; i++)
		feed_version_free(desk->zones[i].version);
	free(desk->zones);
	free_secrets(desk->secrets, desk->secret_count);
	desk->setting = *setting;
	desk->zones = zones;
	desk->zone_count = setting->zone_count;
	desk->secrets = secrets;
	desk->secret_count = setting->key_count;
	return FSK_OK;
}

void
feed_desk_fini(struct feed_desk *desk)
{
	for (size_t i = 0; i < desk->zone_count; i++)
		feed_version_free(desk->zones[i].version);
	free(desk->zones);
	free_secrets(desk->secrets, desk->secret_count);
	desk->zones = NULL;
	desk->secrets = NULL;
	desk->zone_count = 0;
	desk->secret_count = 0;
}

/* Whether ${name} is ${zone} or lies below it. */
static bool
is_within(const struct fsk_name *name, const struct fsk_name *zone)
{
	size_t rest;

	if (name->len < zone->len)
		return false;
	rest = (size_t)(name->len - zone->len);
	return memcmp(name->text + rest, zone->text, zone->len) == 0 &&
	       (rest == 0 || name->text[rest - 1] == '.');
}

struct feed_zone *
feed_desk_find(struct feed_desk *desk, const struct fsk_name *name)
{
	struct feed_zone *found = NULL;

	for (size_t i = 0; i < desk->zone_count; i++) {
		struct feed_zone *zone = &desk->zones[i];

		if (is_within(name, &zone->name) &&
		    (found == NULL || zone->name.len > found->name.len))
			found = zone;
	}
	return found;
}

/* Whether ${peer} lies in the prefix of ${rule}. */
static bool
is_from(const struct feed_allow *rule, const struct address *peer)
{
	struct address theirs = *peer;
	struct address ours = rule->address;

	if (rule->any_address)
		return true;
	if (address_is_v4(&theirs) != address_is_v4(&ours))
		return false;
	address_mask(&theirs, rule->prefix);
	address_mask(&ours, rule->prefix);
	return address_equal(&theirs, &ours);
}

bool
feed_allows(const struct feed_zone_setting *setting, const struct address *peer,
            const struct feed_key *key)
{
	for (size_t i = 0; i < setting->allow_count; i++) {
		const struct feed_allow *rule = &setting->allow[i];

		if (!is_from(rule, peer))
			continue;
		if (rule->key == NULL ||
		    (key != NULL && span_equal(rule->key->name, key->name)))
			return true;
	}
	return false;
}

/* Hands ${words} on, as far as they can be printed. */
static void
tell(const struct feed_desk *desk, char *words)
{
	int error_number = errno;

	for (char *at = words; *at != '\0'; at++)
		if (!ascii_print(*at))
			*at = '?';
	if (desk->setting.log != NULL)
		desk->setting.log(words, desk->setting.context);
	errno = error_number;
}

void
feed_tell(const struct feed_desk *desk, const char *format, ...)
{
	char words[EVENT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	tell(desk, words);
}

void
feed_tell_client(struct feed_desk *desk, enum feed_reason reason, int64_t now,
                 const char *format, ...)
{
	struct feed_telling *telling = &desk->telling[reason];
	char words[EVENT_SIZE];
	va_list arguments;

	if (telling->at != now) {
		telling->at = now;
		telling->said = 0;
	}
	if (telling->said++ >= FEED_TOLD_MOST) {
		telling->withheld++;
		return;
	}
	if (telling->withheld > 0)
		feed_tell(desk, "%" PRIu64 " more %s were not told", telling->withheld,
		          reason == FEED_STRANGER ? "refusals" : "events of clients");
	telling->withheld = 0;
	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	tell(desk, words);
}
