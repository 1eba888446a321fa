/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/feed_part.h"

#include "up/config.h"
#include "up/value.h"
#include "wire/name.h"

#include <sodium.h>
#include <string.h>

/* A TCP connection costs some kilobytes, and a descriptor of which a process usually
 * has 1024. */
#define CLIENTS 256
#define CLIENTS_MOST 10000
#define CLIENTS_OF_PREFIX 32
#define IDLE_SECONDS 30
#define PORT 53

#define CANARY "foresink.internal"

#define SECONDS_MOST 2147483647 /* RFC 2181 section 8 */

void
up_feed_begin(struct up_feed *feed)
{
	feed->clients = CLIENTS;
	feed->clients_of_prefix = CLIENTS_OF_PREFIX;
	feed->idle_ms = INT64_C(1000) * IDLE_SECONDS;
}

/* Adds a zeroed element to the list ${*list} of ${count}, each of ${size} bytes. */
static void *
one_more(struct up_reading *reading, void *list, size_t count, size_t size)
{
	return up_arena_grow(&reading->config->arena, list, count, size);
}

/* [feed] */

static const char *
take_listen(struct up_reading *reading, struct span value)
{
	struct up_feed *feed = &reading->config->feed;
	struct net_endpoint *listen;
	size_t *lines;

	listen = one_more(reading, feed->listen, feed->listen_count, sizeof(*listen));
	lines = one_more(reading, feed->listen_lines, feed->listen_count, sizeof(*lines));
	if (listen == NULL || lines == NULL)
		return up_nomem;
	feed->listen = listen;
	feed->listen_lines = lines;
	if (net_endpoint_read(value, PORT, &listen[feed->listen_count]) != FSK_OK)
		return "not an ADDRESS:PORT, [IPv6]:PORT or address";
	for (size_t i = 0; i < feed->listen_count; i++) {
		if (listen[i].port == listen[feed->listen_count].port &&
		    listen[i].port != 0 &&
		    address_equal(&listen[i].address, &listen[feed->listen_count].address))
			return "this endpoint is listened on already";
	}
	lines[feed->listen_count++] = reading->line;
	return NULL;
}

static const char *
take_clients(struct up_reading *reading, struct span value)
{
	reading->config->feed.clients_line = reading->line;
	return up_value_unsigned(value, 1, CLIENTS_MOST, &reading->config->feed.clients);
}

static const char *
take_clients_of_prefix(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, CLIENTS_MOST,
	                         &reading->config->feed.clients_of_prefix);
}

static const char *
take_idle(struct up_reading *reading, struct span value)
{
	unsigned seconds;
	const char *why = up_value_unsigned(value, 1, 3600, &seconds);

	if (why == NULL)
		reading->config->feed.idle_ms = INT64_C(1000) * seconds;
	return why;
}

static const struct up_key feed_keys[] = {
        {"listen", true, take_listen},
        {"clients", false, take_clients},
        {"clients-of-prefix", false, take_clients_of_prefix},
        {"idle", false, take_idle},
};

/* [key NAME] */

static const char *
begin_key(struct up_reading *reading, struct span title)
{
	struct up_feed *feed = &reading->config->feed;
	struct up_secret *secrets;
	struct feed_key *keys;
	struct fsk_name name;
	char *text;

	if (wire_name_read(title, &name, NULL) != FSK_OK)
		return "the name of a key is a domain name";
	for (size_t i = 0; i < feed->key_count; i++) {
		if (span_equal(feed->keys[i].name, (struct span){name.text, name.len}))
			return "there is a key of this name already";
	}
	keys = one_more(reading, feed->keys, feed->key_count, sizeof(*keys));
	secrets = one_more(reading, feed->secrets, feed->key_count, sizeof(*secrets));
	text = up_arena_text(&reading->config->arena, (struct span){name.text, name.len});
	if (keys == NULL || secrets == NULL || text == NULL)
		return up_nomem;
	feed->keys = keys;
	feed->secrets = secrets;
	keys[feed->key_count].name = (struct span){text, name.len};
	secrets[feed->key_count].title_line = reading->line;
	feed->key_count++;
	return NULL;
}

const char *
up_feed_secret(struct feed_key *key, struct span base64)
{
	uint8_t secret[FEED_KEY_MOST];
	const char *why = NULL;
	size_t len;

	/* One octet more than fits would already fail as too long. */
	if (sodium_base642bin(secret, sizeof(secret), base64.text, base64.len, " \t\r\n",
	                      &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		why = "not a secret in base64 of at most 128 octets";
	else if (len < FEED_KEY_LEAST)
		why = "the key is too short: 16 octets at least, 32 to be as strong as "
		      "hmac-sha256";
	if (why == NULL) {
		memcpy(key->secret, secret, len);
		key->secret_len = len;
	}
	sodium_memzero(secret, sizeof(secret));
	return why;
}

static const char *
take_secret(struct up_reading *reading, struct span value)
{
	struct up_feed *feed = &reading->config->feed;

	if (feed->secrets[feed->key_count - 1].line != 0)
		return "there is a secret-file already";
	feed->secrets[feed->key_count - 1].line = reading->line;
	return up_feed_secret(&feed->keys[feed->key_count - 1], value);
}

static const char *
take_secret_file(struct up_reading *reading, struct span value)
{
	struct up_feed *feed = &reading->config->feed;
	struct up_secret *secret = &feed->secrets[feed->key_count - 1];

	if (secret->line != 0)
		return "there is a secret already";
	if (!up_value_path(value))
		return "an absolute path is wanted";
	secret->line = reading->line;
	secret->path = up_arena_text(&reading->config->arena, value);
	return secret->path != NULL ? NULL : up_nomem;
}

static const struct up_key key_keys[] = {
        {"secret", false, take_secret},
        {"secret-file", false, take_secret_file},
};

/* [zone NAME] */

static const char *
begin_zone(struct up_reading *reading, struct span title)
{
	struct up_feed *feed = &reading->config->feed;
	struct fsk_name name;
	struct wire_zone wire = {
	        .ttl = 300,
	        .refresh = 300,
	        .retry = 60,
	        /* A resolver that cannot reach us drops the zone after that, and the
	         * protection with it: a month, as its names are dated anyhow. */
	        .expire = 30 * 86400,
	        .minimum = 60,
	};
	struct up_zone *zones;
	char *text;

	if (wire_name_read(title, &name, NULL) != FSK_OK)
		return "the name of a zone is a domain name";
	if (name.text[0] == '*' && (name.len == 1 || name.text[1] == '.'))
		return "a zone is not a wildcard";
	if (wire_zone_name(&wire, (struct span){name.text, name.len}) != FSK_OK)
		return "the zone's name is too long: bots' names must fit in front of it";
	for (size_t i = 0; i < feed->zone_count; i++) {
		if (span_equal(feed->zones[i].setting.name,
		               (struct span){name.text, name.len}))
			return "there is a zone of this name already";
	}
	zones = one_more(reading, feed->zones, feed->zone_count, sizeof(*zones));
	text = up_arena_text(&reading->config->arena, (struct span){name.text, name.len});
	if (zones == NULL || text == NULL)
		return up_nomem;
	feed->zones = zones;
	zones[feed->zone_count++] = (struct up_zone){
	        .setting = {.zone = wire,
	                    .name = {text, name.len},
	                    .action = WIRE_NXDOMAIN,
	                    .canary = {CANARY, strlen(CANARY)},
	                    .history = 30},
	        .line = reading->line,
	};
	return NULL;
}

static struct up_zone *
this_zone(struct up_reading *reading)
{
	struct up_feed *feed = &reading->config->feed;

	return &feed->zones[feed->zone_count - 1];
}

static const char *
take_family(struct up_reading *reading, struct span value)
{
	return up_choice_family(&this_zone(reading)->choice, &reading->config->arena,
	                        value);
}

static const char *
take_confidence(struct up_reading *reading, struct span value)
{
	return up_choice_confidence(&this_zone(reading)->choice, value);
}

static const char *
take_tld(struct up_reading *reading, struct span value)
{
	return up_choice_tld(&this_zone(reading)->choice, &reading->config->arena, value);
}

static const char *
take_action(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"nxdomain", "nodata", "drop"};
	static const enum wire_action actions[] = {WIRE_NXDOMAIN, WIRE_NODATA, WIRE_DROP};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "the action is nxdomain, nodata or drop";
	this_zone(reading)->setting.action = actions[which];
	return NULL;
}

static const char *
take_canary(struct up_reading *reading, struct span value)
{
	return up_choice_canary(&this_zone(reading)->setting.canary,
	                        &reading->config->arena, value);
}

/* Reads "key NAME" in ${rest} into ${rule}; nothing at all is no key. */
static const char *
take_rule(struct up_reading *reading, struct span rest, struct up_rule *rule)
{
	struct fsk_name name;
	struct span word;
	char *text;

	rule->line = reading->line;
	if (!up_value_part(&rest, &word))
		return NULL;
	if (!span_equal(word, span_of("key")) || !up_value_part(&rest, &word))
		return "the words \"key NAME\" are wanted here";
	if (wire_name_read(word, &name, NULL) != FSK_OK)
		return "the name of a key is a domain name";
	if (up_value_part(&rest, &word))
		return "a word too many";
	text = up_arena_text(&reading->config->arena, (struct span){name.text, name.len});
	if (text == NULL)
		return up_nomem;
	rule->key = (struct span){text, name.len};
	return NULL;
}

static const char *
take_transfer(struct up_reading *reading, struct span value)
{
	struct up_zone *zone = this_zone(reading);
	size_t count = zone->setting.allow_count;
	struct feed_allow *allow =
	        one_more(reading, zone->allow, count, sizeof(*zone->allow));
	struct up_rule *rules =
	        one_more(reading, zone->allow_rules, count, sizeof(*zone->allow_rules));
	struct span rest = value;
	struct span word;

	if (allow == NULL || rules == NULL)
		return up_nomem;
	zone->allow = allow;
	zone->allow_rules = rules;
	zone->setting.allow_count++;
	(void)up_value_part(&rest, &word);
	if (span_equal(word, span_of("key"))) {
		allow[count].any_address = true;
		rest = value;
	} else if (address_read_prefix(word, &allow[count].address, &allow[count].prefix) !=
	           FSK_OK) {
		return "an address, a prefix without bits behind it, or \"key NAME\" is "
		       "wanted";
	}
	return take_rule(reading, rest, &rules[count]);
}

static const char *
take_notify(struct up_reading *reading, struct span value)
{
	struct up_zone *zone = this_zone(reading);
	size_t count = zone->setting.notify_count;
	struct feed_notify *notify =
	        one_more(reading, zone->notify, count, sizeof(*zone->notify));
	struct up_rule *rules =
	        one_more(reading, zone->notify_rules, count, sizeof(*zone->notify_rules));
	struct span word;

	if (notify == NULL || rules == NULL)
		return up_nomem;
	zone->notify = notify;
	zone->notify_rules = rules;
	zone->setting.notify_count++;
	(void)up_value_part(&value, &word);
	if (net_endpoint_read(word, PORT, &notify[count].to) != FSK_OK ||
	    notify[count].to.port == 0)
		return "not an ADDRESS:PORT, [IPv6]:PORT or address";
	return take_rule(reading, value, &rules[count]);
}

static const char *
take_ttl(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, SECONDS_MOST,
	                         &this_zone(reading)->setting.zone.ttl);
}

static const char *
take_refresh(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, SECONDS_MOST,
	                         &this_zone(reading)->setting.zone.refresh);
}

static const char *
take_retry(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, SECONDS_MOST,
	                         &this_zone(reading)->setting.zone.retry);
}

static const char *
take_expire(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, SECONDS_MOST,
	                         &this_zone(reading)->setting.zone.expire);
}

static const char *
take_minimum(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, SECONDS_MOST,
	                         &this_zone(reading)->setting.zone.minimum);
}

static const char *
take_history(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, 365, &this_zone(reading)->setting.history);
}

static const char *
take_may_shrink(struct up_reading *reading, struct span value)
{
	return up_value_yes(value, &this_zone(reading)->setting.may_shrink)
	               ? NULL
	               : "yes or no is wanted";
}

static const struct up_key zone_keys[] = {
        {"family", true, take_family},    {"confidence", false, take_confidence},
        {"tld", true, take_tld},          {"action", false, take_action},
        {"canary", false, take_canary},   {"transfer", true, take_transfer},
        {"notify", true, take_notify},    {"ttl", false, take_ttl},
        {"refresh", false, take_refresh}, {"retry", false, take_retry},
        {"expire", false, take_expire},   {"minimum", false, take_minimum},
        {"history", false, take_history}, {"may-shrink", false, take_may_shrink},
};

const struct up_section up_feed_sections[] = {
        {"feed", NULL, feed_keys, UP_COUNT(feed_keys)},
        {"key", begin_key, key_keys, UP_COUNT(key_keys)},
        {"zone", begin_zone, zone_keys, UP_COUNT(zone_keys)},
};
const size_t up_feed_section_count = UP_COUNT(up_feed_sections);

/* When all is read. */

static enum fsk_err
refuse(struct fault *fault, size_t line, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){line, 0, why};
	return FSK_SYNTAX;
}

/* Stores the key that ${rule} names, if it names one. */
static enum fsk_err
find_key(const struct up_feed *feed, const struct up_rule *rule,
         const struct feed_key **key, struct fault *fault)
{
	*key = NULL;
	if (rule->key.len == 0)
		return FSK_OK;
	for (size_t i = 0; i < feed->key_count; i++) {
		if (span_equal(feed->keys[i].name, rule->key)) {
			*key = &feed->keys[i];
			return FSK_OK;
		}
	}
	return refuse(fault, rule->line, "there is no section for this key");
}

static enum fsk_err
settle_zone(struct up_config *config, struct up_zone *zone, struct fault *fault)
{
	struct feed_zone_setting *setting = &zone->setting;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < setting->allow_count && err == FSK_OK; i++)
		err = find_key(&config->feed, &zone->allow_rules[i], &zone->allow[i].key,
		               fault);
	for (size_t i = 0; i < setting->notify_count && err == FSK_OK; i++)
		err = find_key(&config->feed, &zone->notify_rules[i], &zone->notify[i].key,
		               fault);
	if (err != FSK_OK)
		return err;
	if (setting->allow_count == 0)
		return refuse(fault, zone->line,
		              "the zone has no key transfer: nobody could fetch it");
	if (setting->zone.expire < setting->zone.refresh)
		return refuse(fault, zone->line,
		              "the zone would expire before it is refreshed");
	setting->allow = zone->allow;
	setting->notify = zone->notify;
	if (!up_choice_complete(&zone->choice, &config->names, &config->arena))
		return FSK_NOMEM;
	return FSK_OK;
}

enum fsk_err
up_feed_settle(struct up_config *config, bool needed, struct fault *fault)
{
	struct up_feed *feed = &config->feed;

	for (size_t i = 0; i < feed->key_count; i++) {
		if (feed->secrets[i].line == 0)
			return refuse(fault, feed->secrets[i].title_line,
			              "the key has neither secret nor secret-file");
	}
	if (needed && feed->listen_count == 0)
		return refuse(fault, 0, "the role feed has no key listen in [feed]");
	if (needed && feed->zone_count == 0)
		return refuse(fault, 0, "the role feed has no section [zone NAME]");
	feed->settings =
	        up_arena_take(&config->arena, feed->zone_count, sizeof(*feed->settings));
	if (feed->settings == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < feed->zone_count; i++) {
		enum fsk_err err = settle_zone(config, &feed->zones[i], fault);

		if (err != FSK_OK)
			return err;
		feed->settings[i] = feed->zones[i].setting;
	}
	return FSK_OK;
}
