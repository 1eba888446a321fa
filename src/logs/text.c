/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/text.h"

#include "logs/eight.h"

bool
text_number(struct span *text, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;
	size_t digits = 0;

	if (text->len >= 8) {
		uint64_t octets = eight_at(text->text);

		digits = eight_digits(octets);
		if (digits == 0)
			return false;
		value = eight_number((octets ^ EIGHT_EACH * '0') << (8 * (8 - digits)));
	}
	while (digits < text->len && ascii_digit(text->text[digits])) {
		uint64_t digit = (uint64_t)(text->text[digits] - '0');

		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
		digits++;
	}
	if (digits == 0 || value > most)
		return false;
	*text = span_from(*text, digits);
	*number = value;
	return true;
}

uint16_t
text_port(struct span text)
{
	unsigned number = 0;

	if (text.len > 5)
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(unsigned char)text.text[i] - '0';

		if (digit > 9)
			return 0;
		number = number * 10 + digit;
	}
	return number <= UINT16_MAX ? (uint16_t)number : 0;
}

size_t
text_find(struct span text, const char *word)
{
	const char *at =
	        text.len > 0 ? memmem(text.text, text.len, word, strlen(word)) : NULL;

	return at == NULL ? text.len : (size_t)(at - text.text);
}

/* Whether eight octets are digits and dots. */
static inline bool
digits_and_dots(uint64_t octets)
{
	/* What is between '.' and '9' and has no 0x10 is a dot or a slash, which is odd. */
	return eight_outside(octets, '.', '9') == 0 &&
	       (~octets >> 4 & octets & EIGHT_EACH) == 0;
}

/* Whether ${text} is digits and dots, as nearly all addresses are, and has the form of
 * one. */
static inline bool
looks_like_v4(struct span text)
{
	uint64_t first, last;

	if (text.len < 8 || text.len > 15)
		return false;
	first = eight_at(text.text);
	last = eight_at(text.text + text.len - 8);
	return digits_and_dots(first) && digits_and_dots(last) &&
	       (~(first & last) & EIGHT_EACH * 0x10) != 0 && /* a dot is there */
	       ascii_digit(text.text[0]) && ascii_digit(text.text[text.len - 1]);
}

bool
text_looks_like_address(struct span text)
{
	bool dot = false;
	bool colon = false;
	bool letter = false;

	if (looks_like_v4(text))
		return true;
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

#define WORD(word) word, sizeof(word) - 1

/* Types of questions that logs name (IANA, DNS parameters). */
static const struct {
	char name[8];
	uint8_t len;
	uint16_t type;
} types[] = {
        {WORD("A"), 1},       {WORD("AAAA"), 28},  {WORD("HTTPS"), 65}, {WORD("PTR"), 12},
        {WORD("MX"), 15},     {WORD("TXT"), 16},   {WORD("NS"), 2},     {WORD("SOA"), 6},
        {WORD("SRV"), 33},    {WORD("CNAME"), 5},  {WORD("ANY"), 255},  {WORD("DS"), 43},
        {WORD("DNSKEY"), 48}, {WORD("SVCB"), 64},  {WORD("NAPTR"), 35}, {WORD("RRSIG"), 46},
        {WORD("NSEC"), 47},   {WORD("CAA"), 257},  {WORD("TLSA"), 52},  {WORD("HINFO"), 13},
        {WORD("SPF"), 99},    {WORD("SSHFP"), 44}, {WORD("LOC"), 29},   {WORD("NULL"), 10},
        {WORD("AXFR"), 252},  {WORD("IXFR"), 251}, {WORD("NSEC3"), 50}, {WORD("DNAME"), 39},
        {WORD("WKS"), 11},
};

uint16_t
text_type(struct span text)
{
	/* Nearly all questions are for these. */
	if (TEXT_IS(text, "A"))
		return 1;
	if (TEXT_IS(text, "AAAA"))
		return 28;
	if (TEXT_IS(text, "HTTPS"))
		return 65;
	if (text.len > 0 && ascii_digit(*text.text))
		return text_port(text);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (text.len == types[i].len &&
		    memcmp(text.text, types[i].name, text.len) == 0)
			return types[i].type;
	}
	text_word(&text, "TYPE");
	return text_port(text);
}

static const struct {
	char word[6];
	uint8_t len;
	enum log_transport transport;
} transports[] = {
        {WORD("udp"), LOG_TRANSPORT_UDP},   {WORD("tcp"), LOG_TRANSPORT_TCP},
        {WORD("dot"), LOG_TRANSPORT_TLS},   {WORD("tls"), LOG_TRANSPORT_TLS},
        {WORD("doh"), LOG_TRANSPORT_HTTPS}, {WORD("https"), LOG_TRANSPORT_HTTPS},
        {WORD("doq"), LOG_TRANSPORT_QUIC},  {WORD("quic"), LOG_TRANSPORT_QUIC},
};

enum log_transport
text_transport(struct span text)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		size_t same = 0;

		while (same < text.len && text.len == transports[i].len &&
		       ascii_to_lower(text.text[same]) == transports[i].word[same])
			same++;
		if (same == transports[i].len)
			return transports[i].transport;
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
