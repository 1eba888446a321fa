/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Squid's native access log, access.log.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/words.h"

/* ${text}, or nothing when it is the "-" of what was not said. */
static struct span
said(struct span text)
{
	return TEXT_IS(text, "-") ? (struct span){text.text, 0} : text;
}

/* Takes "1795290229.802      1 ": the end of the request and how long it took, in
 * milliseconds, padded with blanks. */
static bool
take_times(struct span *rest, struct log_entry *entry)
{
	uint64_t elapsed;

	if (!stamp_epoch(rest, entry) || !text_word(rest, " "))
		return false;
	text_blanks(rest);
	text_word(rest, "-"); /* a clock that was set back */
	return text_number(rest, UINT64_MAX, &elapsed) && text_word(rest, " ");
}

static inline bool
word_of(struct words *words, struct span *word)
{
	return words_next(words, word) && word->len > 0;
}

/* Takes "127.0.0.1 TCP_MISS/200 232 GET http://good.example:7781/search? -". */
static bool
take_request(const struct span *rest, struct span *result, struct log_entry *entry)
{
	struct log_request *request = &entry->request;
	struct words words = words_of(*rest);
	struct span client, octets, user;

	if (!word_of(&words, &client) || !word_of(&words, result) ||
	    memchr(result->text, '/', result->len) == NULL || !word_of(&words, &octets) ||
	    !word_of(&words, &request->method) || !word_of(&words, &request->target) ||
	    !word_of(&words, &user))
		return false;
	if (text_looks_like_address(client))
		entry->client = client;
	else
		entry->machine = said(client); /* log_fqdn on */
	if (said(user).len > 0)
		entry->machine = user;
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	const struct log_request *request = &entry->request;
	struct span rest = line;
	struct span result, target;

	(void)dialect;
	(void)scratch;
	if (rest.len > 0 && ascii_alpha(*rest.text)) /* syslog stands in front */
		rest = span_from(rest, text_find(rest, "]: ") + strlen("]: "));
	if (!take_times(&rest, entry))
		entry->why = "no time with the milliseconds that the request took";
	else if (!take_request(&rest, &result, entry))
		entry->why = "a line without client, result, size, method, URL and user";
	if (entry->why != NULL)
		return LOG_FOREIGN;
	target = request->target;
	/* UDP_ is the question of another cache (ICP, HTCP); what could not be
	 * read as a request has an error for its URL. */
	if (text_word(&result, "UDP_") || said(request->method).len == 0 ||
	    said(request->target).len == 0 || text_word(&target, "error:"))
		return LOG_ASIDE;
	entry->transport = LOG_TRANSPORT_HTTP;
	entry->name = text_url_host(request->target, TEXT_IS(request->method, "CONNECT"));
	return LOG_ASKED;
}

static const struct log_sample samples[] = {
        {.line = "1795290229.802      1 127.0.0.1 TCP_MISS/200 232 GET "
                 "http://good.example:7781/search? - HIER_DIRECT/127.0.0.1 text/plain",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:49.802000Z",
         .client = "127.0.0.1",
         .name = "good.example",
         .target = "http://good.example:7781/search?",
         .source = "Squid 5.7"},
        {.line = "1795290229.833      4 127.0.0.1 TCP_MISS/502 3413 GET "
                 "http://qxjvw.invalid/search? - HIER_NONE/- text/html",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:49.833000Z",
         .client = "127.0.0.1",
         .name = "qxjvw.invalid",
         .target = "http://qxjvw.invalid/search?",
         .source = "Squid 5.7"},
        {.line = "1795290229.885      6 127.0.0.1 TCP_TUNNEL/200 348 CONNECT "
                 "good.example:7781 - HIER_DIRECT/127.0.0.1 -",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:49.885000Z",
         .client = "127.0.0.1",
         .name = "good.example",
         .target = "good.example:7781",
         .source = "Squid 5.7"},
        {.line = "1795290229.885      6 2001:db8::7 TCP_DENIED/403 3900 CONNECT "
                 "[2001:db8::53]:443 alice HIER_NONE/- text/html",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:49.885000Z",
         .client = "2001:db8::7",
         .name = "2001:db8::53",
         .target = "[2001:db8::53]:443",
         .source = "made: a user who was denied, over IPv6"},
        {.line = "1795290229.885      0 192.0.2.9 NONE_NONE/400 3900 GET "
                 "error:invalid-request - HIER_NONE/- text/html",
         .kind = LOG_ASIDE,
         .source = "made: Squid 5.7, what was no request"},
        {.line = "1795290229.885      0 192.0.2.8 UDP_MISS/000 62 ICP_QUERY "
                 "http://good.example/ - HIER_NONE/- -",
         .kind = LOG_ASIDE,
         .source = "made: Squid 5.7, the question of a sibling cache"},
};

static const char *const sources[] = {
        "Squid, configuration directives logformat (squid) and strip_query_terms",
        "lines of Squid 5.7 on loopback",
        NULL,
};

const struct log_format log_format_squid = {
        .name = "squid",
        .title = "Squid native access log",
        .text = "Each request of a client counts as asked, for the host of its URL or of "
                "CONNECT, also when it was denied. What could not be read as a request, "
                "and questions of other caches (UDP_), do not.\n\n"
                "The time is UTC, and the end of the request. Squid strips what stands "
                "behind '?' unless \"strip_query_terms off\" is set, so that the counter "
                "of a bot's request is lost; the name is not. The log says neither port "
                "nor User-Agent.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
