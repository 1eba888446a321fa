/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Access logs of Apache, nginx and Squid: common, combined, vhost_combined.
 */
#include "base/ascii.h"
#include "logs/format.h"
#include "logs/quote.h"
#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/web.h"

/* ${text}, or nothing when it is the "-" of what was not said. */
static struct span
said(struct span text)
{
	return TEXT_IS(text, "-") ? (struct span){text.text, 0} : text;
}

/* What stands in front of the time: "127.0.0.1 - user", in front of it perhaps
 * "www.example:80 ", and in front of all what syslog adds. */
static bool
read_head(struct span head, struct log_entry *entry, struct span *vhost)
{
	size_t usual = head.len < 4 ? 0 : head.len - 4;
	size_t tag;
	struct span first, second;

	first = (struct span){head.text, usual};
	if (usual > 0 && memcmp(head.text + usual, " - -", 4) == 0 &&
	    text_looks_like_address(first)) {
		entry->client = first;
		return true;
	}
	tag = text_find(head, ": ");
	if (tag < head.len &&
	    !text_looks_like_address((struct span){head.text, text_find(head, " ")}))
		head = span_from(head, tag + 2);
	if (!text_token(&head, &first) || !text_token(&head, &second))
		return false;
	if (text_looks_like_address(second) ||
	    (!text_looks_like_address(first) && memchr(first.text, ':', first.len) &&
	     said(second).len > 0)) {
		*vhost = text_url_host(first, true);
		first = second;
		if (!text_token(&head, &second))
			return false;
	}
	entry->machine = said(head); /* a user, whose name may have blanks */
	if (text_looks_like_address(first))
		entry->client = first;
	else if (entry->machine.len == 0)
		entry->machine = said(first); /* HostnameLookups on */
	return true;
}

/* "GET /search?q=29 HTTP/1.0". A TLS hello on a port without TLS, the "-" of a
 * client that said nothing, and Squid's "error:invalid-request" are none. */
static bool
read_request(struct span text, struct log_request *request)
{
	const char *blank;
	struct span last;

	if (!text_until(&text, ' ', &request->method) || text.len == 0)
		return false;
	for (size_t i = 0; i < request->method.len; i++)
		if (!ascii_upper(request->method.text[i]) && request->method.text[i] != '-')
			return false;
	request->target = text;
	blank = memrchr(text.text, ' ', text.len); /* targets may hold blanks too */
	last = span_from(text, blank == NULL ? text.len : (size_t)(blank - text.text) + 1);
	if (last.len > 5 && memcmp(last.text, "HTTP/", 5) == 0) {
		request->version = last;
		request->target.len = (size_t)(blank - text.text);
	}
	/* HTTP/0.9 says no version; other protocols say neither. */
	return request->method.len > 0 && request->target.len > 0 &&
	       !text_word(&text, "error:") &&
	       (request->version.len > 0 || *text.text == '/');
}

/* Status, octets, perhaps referrer and agent, perhaps X-Forwarded-For, or more. */
static bool
read_tail(struct span rest, struct log_entry *entry)
{
	struct log_request *request = &entry->request;
	struct span octets, quoted;
	uint64_t status;

	if (!text_word(&rest, " ") || !text_number(&rest, 999, &status) ||
	    !text_word(&rest, " ") || !text_token(&rest, &octets))
		return false;
	if (quote_take(&rest, &request->referrer) && text_word(&rest, " ") &&
	    quote_take(&rest, &request->agent) && text_word(&rest, " ") &&
	    quote_take(&rest, &quoted))
		entry->behind = web_first_address(quoted);
	request->referrer = said(request->referrer);
	request->agent = said(request->agent);
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span head = {line.text, text_find(line, " [")};
	struct span rest = span_from(line, head.len + 2);
	struct span vhost = {line.text, 0}, request;
	bool asked;

	(void)dialect;
	if (!stamp_web_next(&rest, scratch, entry) && !stamp_iso(&rest, entry))
		entry->why = rest.len > 0 && ascii_digit(*rest.text)
		                     ? "no such date in brackets"
		                     : "no time in brackets";
	else if (!text_word(&rest, "] ") || !quote_take(&rest, &request))
		entry->why = "no request in quotes";
	else if (!read_head(head, entry, &vhost) || !read_tail(rest, entry))
		entry->why = "no client in front of, or no status behind, a request";
	if (entry->why != NULL)
		return LOG_FOREIGN;
	asked = read_request(request, &entry->request);
	entry->transport = LOG_TRANSPORT_HTTP;
	entry->name = text_url_host(entry->request.target,
	                            TEXT_IS(entry->request.method, "CONNECT"));
	if (entry->name.len == 0)
		entry->name = vhost;
	return asked ? LOG_ASKED : LOG_ASIDE;
}

#define AT "[21/Nov/2026:19:43:47 +0000] "
#define ASKED .kind = LOG_ASKED, .time = "2026-11-21T19:43:47.000000Z"
static const struct log_sample samples[] = {
        {.line = "127.0.0.1 - - " AT "\"GET /search?q=29 HTTP/1.0\" 404 236",
         ASKED,
         .client = "127.0.0.1",
         .target = "/search?q=29",
         .source = "Apache 2.4.71, common"},
        {.line = "localhost:80 127.0.0.1 - - " AT "\"GET /search?q=\\\"a\\\\ HTTP/1.0\" "
                 "400 448 \"-\" \"-\"",
         ASKED,
         .client = "127.0.0.1",
         .name = "localhost",
         .target = "/search?q=\\\"a\\\\",
         .source = "Apache 2.4.71, vhost_combined"},
        {.line = "127.0.0.1 - - " AT "\"\\x16\\x03\\x01\\x00\\xA5\\x01\\x00\" 400 157 "
                 "\"-\" \"-\"",
         .kind = LOG_ASIDE,
         .source = "nginx 1.22.1, combined"},
        {.line = "192.0.2.1 - - " AT "\"GET /search?q=29 HTTP/1.0\" 200 2 \"-\" "
                 "\"curl/7.88.1\" \"2001:db8::7, 10.0.0.1\"",
         ASKED,
         .client = "192.0.2.1",
         .behind = "2001:db8::7",
         .target = "/search?q=29",
         .source = "made: nginx with $http_x_forwarded_for"},
        {.line = "127.0.0.1 - - " AT "\"GET http://qxjvw.invalid/search? HTTP/1.1\" 502 "
                 "3413 \"-\" \"curl/7.88.1\" TCP_MISS:HIER_NONE",
         ASKED,
         .client = "127.0.0.1",
         .name = "qxjvw.invalid",
         .source = "Squid 5.7, combined"},
        {.line = "127.0.0.1 - - " AT "\"CONNECT good.example:7781 HTTP/1.1\" 200 348 \"-\" "
                 "\"curl/7.88.1\" TCP_TUNNEL:HIER_DIRECT",
         ASKED,
         .client = "127.0.0.1",
         .name = "good.example",
         .source = "Squid 5.7, combined"}};

static const char *const sources[] = {
        "Apache HTTP Server 2.4, mod_log_config; nginx, ngx_http_log_module",
        "lines of Apache 2.4.71, nginx 1.22.1 and Squid 5.7 on loopback", NULL};

const struct log_format log_format_access = {
        .name = "access",
        .title = "access log of Apache, nginx or Squid (common, combined)",
        .text = "Each request counts as asked: for the host of its URL (at a proxy), else "
                "for the virtual host in front of the line. What is no request, like a TLS "
                "hello on a port without TLS, does not. X-Forwarded-For is read where it "
                "stands in quotes behind the User-Agent; anyone can write it.\n\n"
                "The default formats hold neither the Host that was asked for nor the port "
                "of the client; %v of Apache is the configured name of the server.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
