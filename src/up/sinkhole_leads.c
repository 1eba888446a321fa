/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/sinkhole_leads.h"

#include "base/ascii.h"

#include <stdio.h>

const char *
up_sinkhole_leads_odd(const struct address *address)
{
	static const struct {
		const char *network;
		unsigned bits;
		const char *what;
	} odd[] = {
	        {"0.0.0.0", 8, "not an address of a host"},
	        {"10.0.0.0", 8, "a private address"},
	        {"100.64.0.0", 10, "an address of a provider's own network"},
	        {"127.0.0.0", 8, "an address of loopback"},
	        {"169.254.0.0", 16, "an address of one link"},
	        {"172.16.0.0", 12, "a private address"},
	        {"192.0.2.0", 24, "an address of documentation"},
	        {"192.168.0.0", 16, "a private address"},
	        {"198.18.0.0", 15, "an address of benchmarks"},
	        {"198.51.100.0", 24, "an address of documentation"},
	        {"203.0.113.0", 24, "an address of documentation"},
	        {"224.0.0.0", 3, "not an address of a host"},
	        {"::", 127, "an address of loopback"},
	        {"2001:db8::", 32, "an address of documentation"},
	        {"3fff::", 20, "an address of documentation"},
	        {"fc00::", 7, "a private address"},
	        {"fe80::", 10, "an address of one link"},
	        {"ff00::", 8, "not an address of a host"},
	};

	for (size_t i = 0; i < UP_COUNT(odd); i++) {
		struct address network, masked = *address;

		if (address_read(span_of(odd[i].network), &network) != FSK_OK ||
		    address_is_v4(&network) != address_is_v4(address))
			continue;
		address_mask(&masked, odd[i].bits);
		if (address_equal(&masked, &network))
			return odd[i].what;
	}
	return NULL;
}

/* Takes the next line off ${text}, without its comment and the blanks around. */
static struct span
next_line(struct span *text)
{
	const char *end = memchr(text->text, '\n', text->len);
	struct span line = {text->text,
	                    end != NULL ? (size_t)(end - text->text) : text->len};
	const char *comment;

	*text = span_from(*text, line.len + 1);
	comment = line.len > 0 ? memchr(line.text, '#', line.len) : NULL;
	if (comment != NULL)
		line.len = (size_t)(comment - line.text);
	while (line.len > 0 && ascii_space(line.text[line.len - 1]))
		line.len--;
	while (line.len > 0 && ascii_space(line.text[0]))
		line = span_from(line, 1);
	return line;
}

static void
warn_lists(const struct up_set *set,
           void (*say)(const char *words, size_t line, void *context), void *context)
{
	for (size_t i = 0; i < set->name_count; i++) {
		struct span text = set->names[i].text, line = {"", 0};
		char words[1100];

		while (text.len > 0 && line.len == 0)
			line = next_line(&text);
		if (line.len > 0)
			continue;
		snprintf(words, sizeof(words), "no name stands in %s", set->names[i].path);
		say(words, set->names[i].line, context);
	}
}

/* Of names that are asked for here and have no address nobody comes. */
static void
warn_nowhere(const struct up_sinkhole *sinkhole, const struct up_set *set,
             void (*say)(const char *words, size_t line, void *context), void *context)
{
	bool rest = set == &sinkhole->rest;
	bool holds = set->name_count > 0 || set->generators != NULL ||
	             (rest && sinkhole->forecast);
	char words[200];

	if (!holds || set->address_count > 0 || sinkhole->dns.count == 0 ||
	    sinkhole->web.count == 0)
		return;
	snprintf(words, sizeof(words),
	         "the names of [%s%s] have no addresses: nobody is led to listen-web",
	         rest ? "sinkhole" : "set ", rest ? "" : set->title);
	say(words, rest ? sinkhole->web.lines[0] : set->line, context);
}

static void
warn_set(const struct up_set *set,
         void (*say)(const char *words, size_t line, void *context), void *context)
{
	for (size_t i = 0; i < set->address_count; i++) {
		const char *what = up_sinkhole_leads_odd(&set->addresses[i]);
		char words[200], text[ADDRESS_SIZE];

		if (what == NULL)
			continue;
		address_write(&set->addresses[i], text);
		snprintf(words, sizeof(words), "%s is %s: no bot out there reaches it",
		         text, what);
		say(words, set->leads[i].line, context);
	}
}

void
up_sinkhole_leads_warn(const struct up_sinkhole *sinkhole,
                       void (*say)(const char *words, size_t line, void *context),
                       void *context)
{
	for (size_t i = 0; i <= sinkhole->set_count; i++) {
		const struct up_set *set =
		        i < sinkhole->set_count ? &sinkhole->sets[i] : &sinkhole->rest;

		warn_set(set, say, context);
		warn_lists(set, say, context);
		warn_nowhere(sinkhole, set, say, context);
	}
}

/* Networks to be avoided. */

struct network {
	struct address address;
	unsigned bits;
	size_t line; /* of the file */
};

static bool
is_in(const struct address *address, const struct network *network)
{
	struct address masked = *address;

	if (address_is_v4(address) != address_is_v4(&network->address))
		return false;
	address_mask(&masked, network->bits);
	return address_equal(&masked, &network->address);
}

/* Sees that no address of ${set} is in ${network}. */
static enum fsk_err
check_set(const struct up_config *config, const struct up_set *set,
          const struct network *network, struct up_trouble *trouble)
{
	for (size_t i = 0; i < set->address_count; i++) {
		char text[ADDRESS_SIZE];

		if (!is_in(&set->addresses[i], network))
			continue;
		address_write(&set->addresses[i], text);
		up_trouble_set(trouble, config->path, set->leads[i].line,
		               "%s is avoided by who is to come: see %s:%zu", text,
		               config->sinkhole.avoid, network->line);
		return FSK_SYNTAX;
	}
	return FSK_OK;
}

static enum fsk_err
check_network(const struct up_config *config, const struct network *network,
              struct up_trouble *trouble)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	enum fsk_err err = check_set(config, &sinkhole->rest, network, trouble);

	for (size_t i = 0; i < sinkhole->set_count && err == FSK_OK; i++)
		err = check_set(config, &sinkhole->sets[i], network, trouble);
	return err;
}

enum fsk_err
up_sinkhole_leads_check(const struct up_config *config, struct span text,
                        struct up_trouble *trouble)
{
	struct network network = {.line = 0};
	enum fsk_err err = FSK_OK;

	while (text.len > 0 && err == FSK_OK) {
		struct span line = next_line(&text);

		network.line++;
		if (line.len == 0)
			continue;
		if (address_read_prefix(line, &network.address, &network.bits) != FSK_OK) {
			up_trouble_set(trouble, config->sinkhole.avoid, network.line,
			               "an address or a prefix without bits behind it is "
			               "wanted");
			return FSK_SYNTAX;
		}
		err = check_network(config, &network, trouble);
	}
	return err;
}
