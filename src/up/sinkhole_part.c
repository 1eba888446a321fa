/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/sinkhole_part.h"

#include "base/ascii.h"
#include "dga/catalog.h"
#include "sinkhole/sinkhole.h"
#include "up/config.h"
#include "up/value.h"
#include "wire/name.h"

#include <stdio.h>
#include <unistd.h>

#define DNS_PORT 53
#define WEB_PORT 80

/* A caller stays for seconds and costs some hundred octets. */
#define CALLERS 10000
#define CALLERS_MOST 1000000
/* Behind one address of a provider there may be thousands of hosts. */
#define CALLERS_OF_PREFIX 1000

/* A bot that comes back asks anew after so long: each time it is counted once more. */
#define TTL_SECONDS 60
#define TTL_MOST 2147483647 /* RFC 2181 section 8 */
#define RATE 200            /* answers a second to one neighbourhood */

/* What else a worker opens: its loop, its timers, its journal, a reserve. */
#define WORKER_ELSE 16

#define WORD_MOST 63

#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define FOUND "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define NO_CONTENT "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"

void
up_sinkhole_begin(struct up_sinkhole *sinkhole)
{
	sinkhole->rest.title = "";
	sinkhole->ttl = TTL_SECONDS;
	sinkhole->rate = RATE;
	sinkhole->keep = SINKHOLE_KEEP;
	sinkhole->callers = CALLERS;
	sinkhole->of_prefix = CALLERS_OF_PREFIX;
	sinkhole->answer = span_of(NOT_FOUND);
}

static struct up_sinkhole *this(struct up_reading *reading)
{
	return &reading->config->sinkhole;
}

/* What sets have. */

static const char *
take_list(struct up_reading *reading, struct span path, struct up_set *set)
{
	struct up_names *names = up_arena_grow(&reading->config->arena, set->names,
	                                       set->name_count, sizeof(*names));
	const char *why;

	if (names == NULL)
		return up_nomem;
	set->names = names;
	why = up_take_path(reading, path, &names[set->name_count].path);
	if (why != NULL)
		return why;
	names[set->name_count++].line = reading->line;
	return NULL;
}

static const char *
take_addresses(struct up_reading *reading, struct span value, struct up_set *set)
{
	struct up_arena *arena = &reading->config->arena;
	struct span word;

	while (up_value_word(&value, &word)) {
		struct up_lead *leads = up_arena_grow(arena, set->leads, set->address_count,
		                                      sizeof(*leads));
		struct address *addresses = up_arena_grow(
		        arena, set->addresses, set->address_count, sizeof(*addresses));

		if (leads == NULL || addresses == NULL)
			return up_nomem;
		set->leads = leads;
		set->addresses = addresses;
		if (set->address_count == SINKHOLE_ADDRESSES)
			return "more than 256 addresses of one set";
		if (address_read(word, &addresses[set->address_count]) != FSK_OK)
			return "an address is wanted";
		leads[set->address_count].address = addresses[set->address_count];
		leads[set->address_count++].line = reading->line;
	}
	return NULL;
}

static const char *
take_per_name(struct span value, struct up_set *set)
{
	return up_value_unsigned(value, 0, WIRE_REPLY_ADDRESSES, &set->per_name) == NULL
	               ? NULL
	               : "a number from 0 (all) to 8 is wanted";
}

/* [set TITLE] */

/* Whether ${text} is made of letters, digits and - _ . */
static bool
is_word(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && c != '-' && c != '_' && c != '.')
			return false;
	}
	return text.len > 0 && text.len <= WORD_MOST;
}

static const char *
begin_set(struct up_reading *reading, struct span title)
{
	struct up_sinkhole *sinkhole = this(reading);
	struct up_set *sets;

	if (!is_word(title))
		return "the name is made of at most 63 letters, digits, and - _ .";
	for (size_t i = 0; i < sinkhole->set_count; i++) {
		if (span_equal(span_of(sinkhole->sets[i].title), title))
			return "there is a set of this name already";
	}
	sets = up_arena_grow(&reading->config->arena, sinkhole->sets, sinkhole->set_count,
	                     sizeof(*sets));
	if (sets == NULL)
		return up_nomem;
	sinkhole->sets = sets;
	sets += sinkhole->set_count;
	sets->title = up_arena_text(&reading->config->arena, title);
	sets->line = reading->line;
	sinkhole->set_count += sets->title != NULL;
	return sets->title != NULL ? NULL : up_nomem;
}

static struct up_set *
this_set(struct up_reading *reading)
{
	return &this(reading)->sets[this(reading)->set_count - 1];
}

static const char *
take_set_addresses(struct up_reading *reading, struct span value)
{
	return take_addresses(reading, value, this_set(reading));
}

static const char *
take_set_names(struct up_reading *reading, struct span value)
{
	struct span path;
	const char *why = NULL;

	while (why == NULL && up_value_part(&value, &path))
		why = take_list(reading, path, this_set(reading));
	return why;
}

static const char *
take_set_family(struct up_reading *reading, struct span value)
{
	struct up_set *set = this_set(reading);
	struct span word;

	if (set->generators == NULL)
		set->generators = up_arena_take(&reading->config->arena,
		                                dga_generator_count(), sizeof(bool));
	if (set->generators == NULL)
		return up_nomem;
	while (up_value_word(&value, &word)) {
		if (!up_choice_mark(set->generators, word))
			return "no such family or variant (`foresink families' lists them)";
	}
	return NULL;
}

static const char *
take_set_per_name(struct up_reading *reading, struct span value)
{
	return take_per_name(value, this_set(reading));
}

static const struct up_key set_keys[] = {
        {"addresses", true, take_set_addresses},
        {"names", true, take_set_names},
        {"family", true, take_set_family},
        {"per-name", false, take_set_per_name},
};

/* [sinkhole] */

static const char *
take_listen_dns(struct up_reading *reading, struct span value)
{
	return up_take_place(reading, value, &this(reading)->dns, SINKHOLE_LISTENS,
	                     DNS_PORT);
}

static const char *
take_listen_web(struct up_reading *reading, struct span value)
{
	return up_take_place(reading, value, &this(reading)->web, SINKHOLE_LISTENS,
	                     WEB_PORT);
}

static const char *
take_names(struct up_reading *reading, struct span value)
{
	struct span part;
	const char *why = NULL;

	while (why == NULL && up_value_part(&value, &part)) {
		if (!span_equal(part, span_of("forecast"))) {
			why = up_value_path(part)
			              ? take_list(reading, part, &this(reading)->rest)
			              : "forecast, or absolute paths of files, are wanted";
		} else if (this(reading)->forecast) {
			why = "this stands there already";
		} else {
			this(reading)->forecast = true;
		}
	}
	return why;
}

static const char *
take_rest_addresses(struct up_reading *reading, struct span value)
{
	return take_addresses(reading, value, &this(reading)->rest);
}

static const char *
take_rest_per_name(struct up_reading *reading, struct span value)
{
	return take_per_name(value, &this(reading)->rest);
}

static const char *
take_server(struct up_reading *reading, struct span value)
{
	struct up_sinkhole *sinkhole = this(reading);
	struct span word;

	while (up_value_word(&value, &word)) {
		struct fsk_name *servers =
		        up_arena_grow(&reading->config->arena, sinkhole->servers,
		                      sinkhole->server_count, sizeof(*servers));

		if (servers == NULL)
			return up_nomem;
		sinkhole->servers = servers;
		if (sinkhole->server_count == SINKHOLE_SERVERS)
			return "more than 8 name servers";
		if (wire_name_read(word, &servers[sinkhole->server_count], NULL) != FSK_OK)
			return "not a domain name";
		sinkhole->server_count++;
	}
	return NULL;
}

static const char *
take_mailbox(struct up_reading *reading, struct span value)
{
	if (memchr(value.text, '@', value.len) != NULL)
		return "a domain name is wanted: hostmaster.example for "
		       "hostmaster@example";
	return wire_name_read(value, &this(reading)->mailbox, NULL) == FSK_OK
	               ? NULL
	               : "not a domain name";
}

static const char *
take_ttl(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, TTL_MOST, &this(reading)->ttl);
}

static const char *
take_rate(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, 1000000, &this(reading)->rate);
}

static const char *
take_sensor(struct up_reading *reading, struct span value)
{
	if (!is_word(value))
		return "a word of at most 63 letters, digits, and - _ . is wanted";
	this(reading)->sensor = up_arena_text(&reading->config->arena, value);
	return this(reading)->sensor != NULL ? NULL : up_nomem;
}

static const char *
take_keep_octets(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 0, SINKHOLE_KEEP_MOST, &this(reading)->keep) == NULL
	               ? NULL
	               : "a number from 0 to 4096 is wanted";
}

static const char *
take_workers(struct up_reading *reading, struct span value)
{
	this(reading)->workers_line = reading->line;
	return up_value_unsigned(value, 1, SINKHOLE_WORKERS, &this(reading)->workers);
}

static const char *
take_callers(struct up_reading *reading, struct span value)
{
	this(reading)->callers_line = reading->line;
	return up_value_unsigned(value, 1, CALLERS_MOST, &this(reading)->callers);
}

static const char *
take_callers_of_prefix(struct up_reading *reading, struct span value)
{
	return up_value_unsigned(value, 1, CALLERS_MOST, &this(reading)->of_prefix);
}

static const char *
take_avoid(struct up_reading *reading, struct span value)
{
	this(reading)->avoid_line = reading->line;
	return up_take_path(reading, value, &this(reading)->avoid);
}

static const char *
take_certificate(struct up_reading *reading, struct span value)
{
	this(reading)->certificate_line = reading->line;
	return up_take_path(reading, value, &this(reading)->certificate);
}

static const char *
take_key(struct up_reading *reading, struct span value)
{
	this(reading)->key_line = reading->line;
	return up_take_path(reading, value, &this(reading)->key);
}

static const char *
take_answer(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"404", "200", "204"};
	static const char *const answers[] = {NOT_FOUND, FOUND, NO_CONTENT};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "404, 200 or 204 is wanted";
	this(reading)->answer = span_of(answers[which]);
	return NULL;
}

static const struct up_key keys[] = {
        {"listen-dns", true, take_listen_dns},
        {"listen-web", true, take_listen_web},
        {"names", true, take_names},
        {"addresses", true, take_rest_addresses},
        {"per-name", false, take_rest_per_name},
        {"server", true, take_server},
        {"mailbox", false, take_mailbox},
        {"ttl", false, take_ttl},
        {"rate", false, take_rate},
        {"sensor", false, take_sensor},
        {"keep-octets", false, take_keep_octets},
        {"workers", false, take_workers},
        {"callers", false, take_callers},
        {"callers-of-prefix", false, take_callers_of_prefix},
        {"avoid", false, take_avoid},
        {"certificate", false, take_certificate},
        {"key", false, take_key},
        {"answer", false, take_answer},
};
_Static_assert(UP_COUNT(keys) <= 32, "a section has at most 32 keys");

const struct up_section up_sinkhole_sections[] = {
        {"sinkhole", NULL, keys, UP_COUNT(keys)},
        {"set", begin_set, set_keys, UP_COUNT(set_keys)},
};
const size_t up_sinkhole_section_count = UP_COUNT(up_sinkhole_sections);

/* When all is read. */

static enum fsk_err
refuse(struct fault *fault, size_t line, const char *why)
{
	if (fault != NULL)
		*fault = (struct fault){line, 0, why};
	return FSK_SYNTAX;
}

static enum fsk_err
settle_sets(const struct up_config *config, struct fault *fault)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	size_t settings = 2; /* of [sinkhole]: its lists, and its forecast */

	for (size_t i = 0; i < sinkhole->set_count; i++) {
		const struct up_set *set = &sinkhole->sets[i];

		if (set->name_count == 0 && set->generators == NULL)
			return refuse(fault, set->line,
			              "the set has neither names nor family");
		settings += (size_t)(set->name_count > 0) + (set->generators != NULL);
		if (settings > SINKHOLE_SETS)
			return refuse(fault, set->line, "too many sets");
	}
	return FSK_OK;
}

/* What the role cannot be without. */
static enum fsk_err
check_needs(const struct up_config *config, struct fault *fault)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;

	if (sinkhole->dns.count + sinkhole->web.count == 0)
		return refuse(fault, 0,
		              "the role sinkhole has neither listen-dns nor listen-web in "
		              "[sinkhole]");
	if (config->store.folder == NULL)
		return refuse(fault, 0,
		              "the role sinkhole has no section [store]: nothing that "
		              "callers say would be kept");
	if (sinkhole->dns.count > 0 && !sinkhole->forecast &&
	    sinkhole->rest.name_count == 0 && sinkhole->set_count == 0)
		return refuse(fault, sinkhole->dns.lines[0],
		              "there is no key names: no name is held");
	if (sinkhole->dns.count > 0 && sinkhole->server_count == 0)
		return refuse(fault, sinkhole->dns.lines[0],
		              "there is no key server: what the name servers of held names "
		              "are called");
	if (config->names.suffix_count > 0 && up_sinkhole_foresees(sinkhole))
		return refuse(fault, 0,
		              "the role sinkhole holds all names of a family: tld cannot "
		              "stand in [names] then");
	return FSK_OK;
}

/* The one who is told of what is wrong, when nobody is named: hostmaster (RFC 2142) of the
 * first name server. */
static enum fsk_err
settle_servers(struct up_config *config, struct fault *fault)
{
	struct up_sinkhole *sinkhole = &config->sinkhole;
	char text[sizeof("hostmaster.") + FSK_NAME_MAX + 1];

	if (sinkhole->server_count == 0) {
		/* Nobody asks: without an endpoint of DNS it stands in no answer. */
		sinkhole->servers =
		        up_arena_take(&config->arena, 1, sizeof(*sinkhole->servers));
		if (sinkhole->servers == NULL)
			return FSK_NOMEM;
		sinkhole->server_count = 1;
		if (wire_name_read(span_of("ns.invalid"), sinkhole->servers, NULL) !=
		    FSK_OK)
			return FSK_NOMEM;
	}
	if (sinkhole->mailbox.len > 0)
		return FSK_OK;
	snprintf(text, sizeof(text), "hostmaster.%.*s", (int)sinkhole->servers[0].len,
	         sinkhole->servers[0].text);
	if (wire_name_read(span_of(text), &sinkhole->mailbox, NULL) == FSK_OK)
		return FSK_OK;
	return refuse(fault, 0,
	              "the name of the server is too long: there must be a key "
	              "mailbox in [sinkhole]");
}

/* Whether two endpoints ask for the same port of TCP. */
static const size_t *
find_twice(const struct up_sinkhole *sinkhole)
{
	for (size_t i = 0; i < sinkhole->web.count; i++) {
		const struct net_endpoint *web = &sinkhole->web.at[i];

		for (size_t k = 0; k < sinkhole->dns.count; k++) {
			const struct net_endpoint *dns = &sinkhole->dns.at[k];

			if (web->port != 0 && web->port == dns->port &&
			    address_equal(&web->address, &dns->address))
				return &sinkhole->web.lines[i];
		}
	}
	return NULL;
}

enum fsk_err
up_sinkhole_settle(struct up_config *config, bool needed, struct fault *fault)
{
	struct up_sinkhole *sinkhole = &config->sinkhole;
	const size_t *twice = find_twice(sinkhole);
	enum fsk_err err = FSK_OK;

	if (twice != NULL)
		return refuse(fault, *twice, "DNS is listened for at this endpoint");
	if ((sinkhole->certificate != NULL) != (sinkhole->key != NULL))
		return refuse(fault,
		              sinkhole->key != NULL ? sinkhole->key_line
		                                    : sinkhole->certificate_line,
		              "certificate and key go together");
	err = settle_sets(config, fault);
	if (err == FSK_OK && needed)
		err = check_needs(config, fault);
	return err == FSK_OK ? settle_servers(config, fault) : err;
}

bool
up_sinkhole_foresees(const struct up_sinkhole *sinkhole)
{
	bool foresees = sinkhole->forecast;

	for (size_t i = 0; i < sinkhole->set_count; i++)
		foresees |= sinkhole->sets[i].generators != NULL;
	return foresees;
}

unsigned
up_sinkhole_workers(const struct up_sinkhole *sinkhole)
{
	long processors;

	if (sinkhole->workers > 0)
		return sinkhole->workers;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (processors > SINKHOLE_WORKERS)
		return SINKHOLE_WORKERS;
	return processors > 1 ? (unsigned)processors : 1;
}

size_t
up_sinkhole_descriptors(const struct up_sinkhole *sinkhole)
{
	size_t of_worker = sinkhole->dns.count * 2 + sinkhole->web.count + WORKER_ELSE;

	return up_sinkhole_workers(sinkhole) * of_worker + sinkhole->callers;
}

bool
up_sinkhole_lower(struct up_sinkhole *sinkhole, size_t wanted, size_t most)
{
	size_t less = wanted - most;

	if (sinkhole->callers_line > 0 || less >= sinkhole->callers)
		return false;
	sinkhole->callers -= (unsigned)less;
	sinkhole->descriptors_most = most;
	return true;
}

bool
up_sinkhole_lowered(const struct up_sinkhole *sinkhole,
                    char words[UP_SINKHOLE_LOWERED_SIZE])
{
	if (sinkhole->descriptors_most == 0)
		return false;
	snprintf(words, UP_SINKHOLE_LOWERED_SIZE,
	         "%u callers instead of %d: the process may have only %zu descriptors "
	         "(ulimit -n, LimitNOFILE)",
	         sinkhole->callers, CALLERS, sinkhole->descriptors_most);
	return true;
}
