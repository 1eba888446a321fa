/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/guard_part.h"

#include "dga/catalog.h"
#include "guard/guard.h"
#include "up/config.h"
#include "up/value.h"

#include <sodium.h>
#include <unistd.h>

#define PORT 53
#define RESOLV "/etc/resolv.conf"

#define CLIENTS 1024
#define CLIENTS_MOST 10000
/* Of a home or an office all machines lie in one /24. */
#define CLIENTS_OF_PREFIX 256
#define IDLE_SECONDS 10

/* A name is a bot's for a day, and an exception that somebody makes should count soon. */
#define TTL_SECONDS 60

#define CANARY "foresink.internal"

/* Connections to each upstream that a worker may have at a time (guard/relay.h keeps a
 * few), and what else it opens: its loop, its timers, files. */
#define STREAMS 16
#define WORKER_ELSE 16

static const char not_an_action[] = "nxdomain, nodata, sinkhole or log-only is wanted";

void
up_guard_begin(struct up_guard *guard)
{
	guard->resolv = RESOLV;
	guard->clients = CLIENTS;
	guard->clients_of_prefix = CLIENTS_OF_PREFIX;
	guard->idle_ms = INT64_C(1000) * IDLE_SECONDS;
	guard->policy.likely_blocks = true;
	guard->policy.ttl = TTL_SECONDS;
	guard->policy.canary = span_of(CANARY);
	guard->policy.cookies = true;
}

static struct up_guard *this(struct up_reading *reading)
{
	return &reading->config->guard;
}

/* Where to listen and whom to ask. */

static const char *
take_listen(struct up_reading *reading, struct span value)
{
	return up_take_place(reading, value, &this(reading)->listen, GUARD_LISTENS, PORT);
}

static const char *
take_upstream(struct up_reading *reading, struct span value)
{
	struct up_places *places = &this(reading)->upstreams;
	const char *why = up_take_place(reading, value, places, GUARD_UPSTREAMS, PORT);

	if (why == NULL && places->at[places->count - 1].port == 0)
		return "a port that is not 0 is wanted";
	return why;
}

static const char *
take_resolv(struct up_reading *reading, struct span value)
{
	this(reading)->resolv_line = reading->line;
	return up_take_path(reading, value, &this(reading)->resolv);
}

static const char *
take_tell(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"none", "ecs", "proxy-v2"};
	static const enum guard_tell ways[] = {GUARD_TELL_NOBODY, GUARD_TELL_SUBNET,
	                                       GUARD_TELL_PROXY};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "none, ecs or proxy-v2 is wanted";
	this(reading)->tell = ways[which];
	return NULL;
}

/* Who asks. */

static const char *
take_prefixes(struct up_reading *reading, struct span value, struct up_prefixes *prefixes)
{
	struct span word;

	while (up_value_word(&value, &word)) {
		struct guard_prefix *at =
		        up_arena_grow(&reading->config->arena, prefixes->at,
		                      prefixes->count, sizeof(*at));

		if (at == NULL)
			return up_nomem;
		prefixes->at = at;
		if (address_read_prefix(word, &at[prefixes->count].address,
		                        &at[prefixes->count].bits) != FSK_OK)
			return "an address or a prefix without bits behind it is wanted";
		if (at[prefixes->count].bits == 0)
			return "a prefix of all addresses is nobody in particular";
		prefixes->count++;
	}
	if (prefixes->line == 0)
		prefixes->line = reading->line;
	return NULL;
}

static const char *
take_allow(struct up_reading *reading, struct span value)
{
	return take_prefixes(reading, value, &this(reading)->allow);
}

static const char *
take_client_from(struct up_reading *reading, struct span value)
{
	return take_prefixes(reading, value, &this(reading)->carriers);
}

static const char *
take_client_by(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"ecs", "mac", "proxy-v2"};
	static const unsigned ways[] = {GUARD_WHO_SUBNET, GUARD_WHO_MAC, GUARD_WHO_PROXY};
	struct span word;
	size_t which;

	this(reading)->who_line = reading->line;
	while (up_value_word(&value, &word)) {
		if (!up_value_choice(word, words, UP_COUNT(words), &which))
			return "ecs, mac and proxy-v2 are known";
		this(reading)->policy.who |= ways[which];
	}
	return NULL;
}

static const char *
take_workers(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, GUARD_WORKERS, &this(reading)->workers);
}

static const char *
take_clients(struct up_reading *reading, struct span value)
{
	this(reading)->clients_line = reading->line;
	return up_value_unsigned(value, 1, CLIENTS_MOST, &this(reading)->clients);
}

static const char *
take_clients_of_prefix(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, CLIENTS_MOST, &this(reading)->clients_of_prefix);
}

static const char *
take_idle(struct up_reading *reading, struct span value)
{
	unsigned seconds;
	const char *why = up_value_unsigned(value, 1, 3600, &seconds);

	if (why == NULL)
		this(reading)->idle_ms = INT64_C(1000) * seconds;
	return why;
}

/* What is answered. */

/* Reads an action; the first that wants a sinkhole address is noted. */
static bool
read_action(struct up_reading *reading, struct span value, enum guard_action *action)
{
	static const char *const words[] = {"nxdomain", "nodata", "sinkhole", "log-only"};
	static const enum guard_action actions[] = {GUARD_NXDOMAIN, GUARD_NODATA,
	                                            GUARD_SINKHOLE, GUARD_LOG};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return false;
	*action = actions[which];
	if (*action == GUARD_SINKHOLE && this(reading)->block_line == 0)
		this(reading)->block_line = reading->line;
	return true;
}

static const char *
take_block(struct up_reading *reading, struct span value)
{
	return read_action(reading, value, &this(reading)->block) ? NULL : not_an_action;
}

static const char *
take_suspicious(struct up_reading *reading, struct span value)
{
	this(reading)->policy.has_suspicious = true;
	return read_action(reading, value, &this(reading)->policy.suspicious)
	               ? NULL
	               : not_an_action;
}

/* "FAMILY[/VARIANT] ACTION": of several that mean a generator the last one counts. */
static const char *
take_block_family(struct up_reading *reading, struct span value)
{
	struct up_arena *arena = &reading->config->arena;
	struct up_guard *guard = this(reading);
	struct up_override *overrides = up_arena_grow(
	        arena, guard->overrides, guard->override_count, sizeof(*overrides));
	bool *meant = up_arena_take(arena, dga_generator_count(), sizeof(*meant));
	struct span glob, action, more;

	if (overrides == NULL || meant == NULL)
		return up_nomem;
	guard->overrides = overrides;
	(void)up_value_part(&value, &glob);
	if (!up_value_part(&value, &action) || up_value_part(&value, &more))
		return "FAMILY[/VARIANT] and what its names are answered with are wanted";
	if (!up_choice_mark(meant, glob))
		return "no such family or variant (`foresink families' lists them)";
	overrides += guard->override_count;
	overrides->meant = meant;
	overrides->line = reading->line;
	if (!read_action(reading, action, &overrides->action))
		return not_an_action;
	guard->override_count++;
	return NULL;
}

static const char *
take_yes(struct span value, bool *yes)
{
	return up_value_yes(value, yes) ? NULL : "yes or no is wanted";
}

static const char *
take_block_likely(struct up_reading *reading, struct span value)
{
	return take_yes(value, &this(reading)->policy.likely_blocks);
}

static const char *
take_sinkhole(struct up_reading *reading, struct span value)
{
	struct guard_policy_setting *policy = &this(reading)->policy;
	struct span word;

	while (up_value_word(&value, &word)) {
		unsigned bits;

		if (policy->sinkhole_count == GUARD_SINKHOLES)
			return "too many addresses";
		if (memchr(word.text, '/', word.len) != NULL ||
		    address_read_prefix(word, &policy->sinkholes[policy->sinkhole_count],
		                        &bits) != FSK_OK)
			return "an address is wanted";
		policy->sinkhole_count++;
	}
	return NULL;
}

static const char *
take_ttl(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, 86400, &this(reading)->policy.ttl);
}

static const char *
take_pass(struct span value, bool *block)
{
	static const char *const words[] = {"pass", "block"};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "pass or block is wanted";
	*block = which == 1;
	return NULL;
}

static const char *
take_browser_doh(struct up_reading *reading, struct span value)
{
	return take_pass(value, &this(reading)->policy.refuse_canary_doh);
}

static const char *
take_icloud_relay(struct up_reading *reading, struct span value)
{
	return take_pass(value, &this(reading)->policy.refuse_relay);
}

static const char *
take_canary(struct up_reading *reading, struct span value)
{
	return up_choice_canary(&this(reading)->policy.canary, &reading->config->arena,
	                        value);
}

static const char *
take_cookies(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"no", "yes", "required"};
	struct guard_policy_setting *policy = &this(reading)->policy;
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "yes, no or required is wanted";
	policy->cookies = which > 0;
	policy->require_cookies = which == 2;
	return NULL;
}

static const char *
take_cookie_file(struct up_reading *reading, struct span value)
{
	this(reading)->cookie_line = reading->line;
	return up_take_path(reading, value, &this(reading)->cookie_path);
}

static const char *
take_rate(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, 1000000, &this(reading)->policy.rate);
}

static const struct up_key keys[] = {
        {"listen", true, take_listen},
        {"upstream", true, take_upstream},
        {"resolv-conf", false, take_resolv},
        {"tell-upstream", false, take_tell},
        {"allow", true, take_allow},
        {"client-from", true, take_client_from},
        {"client-by", false, take_client_by},
        {"workers", false, take_workers},
        {"clients", false, take_clients},
        {"clients-of-prefix", false, take_clients_of_prefix},
        {"idle", false, take_idle},
        {"block", false, take_block},
        {"block-family", true, take_block_family},
        {"suspicious", false, take_suspicious},
        {"block-likely", false, take_block_likely},
        {"sinkhole", true, take_sinkhole},
        {"ttl", false, take_ttl},
        {"browser-doh", false, take_browser_doh},
        {"icloud-relay", false, take_icloud_relay},
        {"canary", false, take_canary},
        {"cookies", false, take_cookies},
        {"cookie-secret-file", false, take_cookie_file},
        {"rate", false, take_rate},
};
_Static_assert(UP_COUNT(keys) <= 32, "a section has at most 32 keys");

const struct up_section up_guard_sections[] = {{"guard", NULL, keys, UP_COUNT(keys)}};
const size_t up_guard_section_count = UP_COUNT(up_guard_sections);

const char *
up_guard_cookie(struct up_guard *guard, struct span text)
{
	uint8_t secret[WIRE_COOKIE_SECRET];
	size_t len = 0;
	bool good = sodium_hex2bin(secret, sizeof(secret), text.text, text.len, " \t\r\n",
	                           &len, NULL) == 0 &&
	            len == sizeof(secret);

	if (good)
		memcpy(guard->cookie, secret, sizeof(secret));
	sodium_memzero(secret, sizeof(secret));
	guard->has_cookie = good;
	return good ? NULL : "not a secret of 32 hexadecimal digits";
}

/* When all is read. */

static enum fsk_err
refuse(struct fault *fault, size_t line, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){line, 0, why};
	return FSK_SYNTAX;
}

/* Nobody but this machine, unless somebody else is named. */
static enum fsk_err
settle_clients(struct up_config *config)
{
	static const uint8_t loopback[4] = {127};
	struct up_prefixes *allow = &config->guard.allow;

	if (allow->count > 0)
		return FSK_OK;
	allow->at = up_arena_take(&config->arena, 2, sizeof(*allow->at));
	if (allow->at == NULL)
		return FSK_NOMEM;
	allow->at[0] = (struct guard_prefix){address_of_v4(loopback), 8};
	allow->at[1] = (struct guard_prefix){{{[15] = 1}}, 128};
	allow->count = 2;
	return FSK_OK;
}

static enum fsk_err
settle_actions(struct up_config *config)
{
	struct up_guard *guard = &config->guard;
	size_t count = dga_generator_count();
	enum guard_action *actions = up_arena_take(&config->arena, count, sizeof(*actions));

	if (actions == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++) {
		actions[i] = guard->block;
		for (size_t k = 0; k < guard->override_count; k++) {
			if (guard->overrides[k].meant[i])
				actions[i] = guard->overrides[k].action;
		}
	}
	guard->policy.actions = actions;
	return FSK_OK;
}

enum fsk_err
up_guard_settle(struct up_config *config, bool needed, struct fault *fault)
{
	struct up_guard *guard = &config->guard;
	struct guard_policy_setting *policy = &guard->policy;
	enum fsk_err err;

	if (needed && guard->listen.count == 0)
		return refuse(fault, 0, "the role guard has no key listen in [guard]");
	if (needed && config->names.suffix_count > 0)
		return refuse(
		        fault, 0,
		        "the role guard blocks all names of a family: tld cannot stand "
		        "in [names] then, but in [zone NAME]");
	if (guard->block_line != 0 && policy->sinkhole_count == 0)
		return refuse(fault, guard->block_line, "there is no key sinkhole");
	if ((policy->who != 0) != (guard->carriers.count > 0))
		return refuse(fault,
		              policy->who != 0 ? guard->who_line : guard->carriers.line,
		              "client-from and client-by go together");
	if (guard->cookie_path != NULL && !policy->cookies)
		return refuse(fault, guard->cookie_line,
		              "without cookies (cookies is no) nobody needs their secret");
	err = settle_clients(config);
	if (err == FSK_OK)
		err = settle_actions(config);
	policy->clients = guard->allow.at;
	policy->client_count = guard->allow.count;
	policy->carriers = guard->carriers.at;
	policy->carrier_count = guard->carriers.count;
	return err;
}

unsigned
up_guard_workers(const struct up_guard *guard)
{
	long processors;

	if (guard->workers > 0)
		return guard->workers;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (processors > GUARD_WORKERS)
		return GUARD_WORKERS;
	return processors > 1 ? (unsigned)processors : 1;
}

size_t
up_guard_descriptors(const struct up_guard *guard)
{
	/* Twice, as with other upstreams those of before end their questions first. */
	size_t of_worker = guard->upstreams.count * (GUARD_PORTS + STREAMS) * 2 +
	                   guard->listen.count * 2 + WORKER_ELSE;

	return up_guard_workers(guard) * of_worker + guard->clients;
}
