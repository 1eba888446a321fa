/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/text.h"

bool
text_number(struct span *text, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;
	size_t digits = 0;

	while (digits < text->len && ascii_digit(text->text[digits])) {
		uint64_t digit = (uint64_t)(text->text[digits] - '0');

		if (value > (most - digit) / 10 || digit > most)
			return false;
		value = value * 10 + digit;
		digits++;
	}
	if (digits == 0)
		return false;
	*text = span_from(*text, digits);
	*number = value;
	return true;
}

uint16_t
text_port(struct span text)
{
	unsigned number = 0;
	bool digits = text.len <= 5;

	for (size_t i = 0; i < text.len && digits; i++) {
		number = number * 10 + (unsigned)(unsigned char)text.text[i] - '0';
		digits = ascii_digit(text.text[i]);
	}
	return digits && number <= UINT16_MAX ? (uint16_t)number : 0;
}

size_t
text_find(struct span text, const char *word)
{
	const char *at =
	        text.len > 0 ? memmem(text.text, text.len, word, strlen(word)) : NULL;

	return at == NULL ? text.len : (size_t)(at - text.text);
}

bool
text_looks_like_address(struct span text)
{
	bool dot = false;
	bool colon = false;
	bool letter = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.text[i];

		if (c == '%' && colon) /* a zone follows */
			return i > 0;
		dot |= c == '.';
		colon |= c == ':';
		letter |= ascii_alpha(c);
		if (!ascii_digit(c) && c != '.' && c != ':' &&
		    !(ascii_to_lower(c) >= 'a' && ascii_to_lower(c) <= 'f'))
			return false;
	}
	if (colon)
		return text.len > 1 && text.len < 46;
	return dot && !letter && text.len >= 7 && text.len <= 15 &&
	       ascii_digit(text.text[0]) && ascii_digit(text.text[text.len - 1]);
}

/* Splits "[2001:db8::1]:1234"; the port may be missing. */
static bool
bracketed(struct span text, char mark, struct log_entry *entry)
{
	struct span rest = span_from(text, 1);
	struct span client;

	if (!text_until(&rest, ']', &client) || !text_looks_like_address(client))
		return false;
	entry->client = client;
	entry->port = rest.len > 0 && (*rest.text == ':' || *rest.text == mark)
	                      ? text_port(span_from(rest, 1))
	                      : 0;
	return true;
}

bool
text_client(struct span text, char mark, struct log_entry *entry)
{
	struct span client = text;
	uint16_t port = 0;
	const char *at;

	if (text.len == 0)
		return false;
	if (text.text[0] == '[')
		return bracketed(text, mark, entry);
	at = memrchr(text.text, mark, text.len);
	/* Bare IPv6 has many colons and no port. */
	if (at != NULL && (mark != ':' || memchr(text.text, ':', text.len) == at)) {
		client.len = (size_t)(at - text.text);
		port = text_port(span_from(text, client.len + 1));
	}
	if (!text_looks_like_address(client))
		return false;
	entry->client = client;
	entry->port = port;
	return true;
}

/* Types of questions that logs name (IANA, DNS parameters). */
static const struct {
	const char *name;
	uint16_t type;
} types[] = {
        {"A", 1},      {"AAAA", 28},  {"HTTPS", 65},  {"PTR", 12},  {"MX", 15},
        {"TXT", 16},   {"NS", 2},     {"SOA", 6},     {"SRV", 33},  {"CNAME", 5},
        {"ANY", 255},  {"DS", 43},    {"DNSKEY", 48}, {"SVCB", 64}, {"NAPTR", 35},
        {"RRSIG", 46}, {"NSEC", 47},  {"CAA", 257},   {"TLSA", 52}, {"HINFO", 13},
        {"SPF", 99},   {"SSHFP", 44}, {"LOC", 29},    {"NULL", 10}, {"AXFR", 252},
        {"IXFR", 251}, {"NSEC3", 50}, {"DNAME", 39},  {"WKS", 11},
};

uint16_t
text_type(struct span text)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (span_equal(text, span_of(types[i].name)))
			return types[i].type;
	}
	text_word(&text, "TYPE");
	return text_port(text);
}

static bool
same_word(struct span text, const char *word)
{
	size_t len = strlen(word);

	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (ascii_to_lower(text.text[i]) != word[i])
			return false;
	}
	return true;
}

enum log_transport
text_transport(struct span text)
{
	static const struct {
		const char *word;
		enum log_transport transport;
	} words[] = {
	        {"udp", LOG_TRANSPORT_UDP},   {"tcp", LOG_TRANSPORT_TCP},
	        {"dot", LOG_TRANSPORT_TLS},   {"tls", LOG_TRANSPORT_TLS},
	        {"doh", LOG_TRANSPORT_HTTPS}, {"https", LOG_TRANSPORT_HTTPS},
	        {"doq", LOG_TRANSPORT_QUIC},  {"quic", LOG_TRANSPORT_QUIC},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (same_word(text, words[i].word))
			return words[i].transport;
	}
	return LOG_TRANSPORT_UNKNOWN;
}

bool
text_keep(struct log_scratch *scratch, const char *text, size_t len, struct span *kept)
{
	char *to = scratch->text + scratch->used;

	if (len > sizeof(scratch->text) - scratch->used)
		return false;
	if (len > 0)
		memcpy(to, text, len);
	scratch->used += len;
	*kept = (struct span){to, len};
	return true;
}

/* ${host} without a port behind it and without the brackets of IPv6. */
static struct span
bare_host(struct span host)
{
	struct span inside;
	const char *colon;

	if (host.len > 0 && host.text[0] == '[') {
		host = span_from(host, 1);
		return text_until(&host, ']', &inside) ? inside
		                                       : (struct span){host.text, 0};
	}
	colon = host.len > 0 ? memchr(host.text, ':', host.len) : NULL;
	if (colon != NULL)
		host.len = (size_t)(colon - host.text);
	return host;
}

/* Of the scheme of a URL (RFC 3986 section 3.1); Squid has one with '_', which is
 * "cache_object". */
static bool
scheme_octet(char c)
{
	return ascii_alpha(c) || ascii_digit(c) || c == '+' || c == '-' || c == '.' ||
	       c == '_';
}

/* The length of the scheme and "://" that ${target} begins with; 0: none. In the
 * query of a path there may be another URL, which is not what was asked for. */
static size_t
scheme_len(struct span target)
{
	size_t len = 0;

	while (len < target.len && scheme_octet(target.text[len]))
		len++;
	if (len == 0)
		return 0;
	target = span_from(target, len);
	return text_word(&target, "://") ? len + 3 : 0;
}

struct span
text_url_host(struct span target, bool connect)
{
	size_t scheme = connect ? 0 : scheme_len(target);
	struct span host;
	const char *at;

	if (connect)
		return bare_host(target);
	if (scheme == 0)
		return (struct span){target.text, 0};
	host = span_from(target, scheme);
	for (size_t i = 0; i < host.len; i++) {
		if (host.text[i] == '/' || host.text[i] == '?' || host.text[i] == '#') {
			host.len = i;
			break;
		}
	}
	at = host.len > 0 ? memrchr(host.text, '@', host.len) : NULL;
	if (at != NULL)
		host = span_from(host, (size_t)(at - host.text) + 1);
	return bare_host(host);
}
