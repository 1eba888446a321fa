/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Access logs in JSON: nginx, whose users choose the keys, Caddy and Traefik.
 */
#include "logs/format.h"
#include "logs/json.h"
#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/web.h"

/* SECONDS has a fraction, which the other times of nginx lack. */
enum { SECONDS, TIME, CLIENT, PORT, HOST, REQUEST };
enum { METHOD = REQUEST + 1, TARGET, VERSION, AGENT, REFERRER, BEHIND, VALUES };

/* Caddy's; of each header the first value is read. */
#define HEADERS(KEY)                                                                       \
	KEY("User-Agent", AGENT, NULL), KEY("Referer", REFERRER, NULL),                    \
	        KEY("X-Forwarded-For", BEHIND, NULL)
JSON_TABLE(headers, HEADERS);

#define CADDY(KEY)                                                                         \
	KEY("remote_ip", CLIENT, NULL), KEY("remote_port", PORT, NULL),                    \
	        KEY("proto", VERSION, NULL), KEY("method", METHOD, NULL),                  \
	        KEY("host", HOST, NULL), KEY("uri", TARGET, NULL),                         \
	        KEY("headers", JSON_NO_SLOT, &headers)
JSON_TABLE(caddy, CADDY);

#define RECORD(KEY)                                                                        \
	KEY("msec", SECONDS, NULL), KEY("ts", SECONDS, NULL), KEY("time", TIME, NULL),     \
	        KEY("time_iso8601", TIME, NULL), KEY("time_local", TIME, NULL),            \
	        KEY("timestamp", TIME, NULL), KEY("@timestamp", TIME, NULL),               \
	        KEY("remote_addr", CLIENT, NULL), KEY("client", CLIENT, NULL),             \
	        KEY("client_ip", CLIENT, NULL), KEY("clientip", CLIENT, NULL),             \
	        KEY("ClientHost", CLIENT, NULL), KEY("remote_port", PORT, NULL),           \
	        KEY("ClientPort", PORT, NULL), KEY("host", HOST, NULL),                    \
	        KEY("http_host", HOST, NULL), KEY("RequestHost", HOST, NULL),              \
	        KEY("request", REQUEST, &caddy), KEY("request_method", METHOD, NULL),      \
	        KEY("method", METHOD, NULL), KEY("RequestMethod", METHOD, NULL),           \
	        KEY("request_uri", TARGET, NULL), KEY("uri", TARGET, NULL),                \
	        KEY("RequestPath", TARGET, NULL), KEY("server_protocol", VERSION, NULL),   \
	        KEY("ua", AGENT, NULL), KEY("http_user_agent", AGENT, NULL),               \
	        KEY("user_agent", AGENT, NULL), KEY("referer", REFERRER, NULL),            \
	        KEY("http_referer", REFERRER, NULL), KEY("xff", BEHIND, NULL),             \
	        KEY("http_x_forwarded_for", BEHIND, NULL)
JSON_TABLE(record, RECORD);

static bool
read_time(const struct json_value *value, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span text = value->raw;

	if (text.len > 4 && text.text[4] == '-')
		return stamp_iso_next(&text, scratch, entry);
	return stamp_web_next(&text, scratch, entry) || stamp_epoch(&text, entry);
}

/* "-" is nginx's word for nothing. */
static struct span
text_of(const struct json_value *value, struct log_scratch *scratch)
{
	struct span text;

	/* What finds no room stays as it is written. */
	(void)json_text(value, scratch, &text);
	return text.len == 1 && *text.text == '-' ? (struct span){text.text, 0} : text;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct log_request *request = &entry->request;
	struct json_value values[VALUES];
	struct span host;

	(void)dialect;
	entry->why = json_read_next(line, &record, scratch, values, VALUES);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	entry->why = "no JSON of a web server";
	if (!text_client(values[CLIENT].raw, ':', entry) ||
	    (values[REQUEST].kind == JSON_NONE && values[TARGET].kind == JSON_NONE))
		return LOG_FOREIGN;
	if (!read_time(&values[SECONDS], scratch, entry) &&
	    !read_time(&values[TIME], scratch, entry)) {
		entry->why = "a time that cannot be read";
		return LOG_FOREIGN;
	}
	if (values[PORT].kind != JSON_NONE)
		entry->port = text_port(values[PORT].raw);
	host = text_of(&values[HOST], scratch);
	request->method = text_of(&values[METHOD], scratch);
	request->target = text_of(&values[TARGET], scratch);
	request->version = text_of(&values[VERSION], scratch);
	request->agent = text_of(&values[AGENT], scratch);
	request->referrer = text_of(&values[REFERRER], scratch);
	if (values[REQUEST].kind == JSON_STRING)
		web_request(text_of(&values[REQUEST], scratch), request);
	entry->behind = web_first_address(text_of(&values[BEHIND], scratch));
	entry->transport = LOG_TRANSPORT_HTTP;
	entry->name = host.len > 0 ? text_url_host(host, true)
	                           : text_url_host(request->target, false);
	return entry->name.len > 0 || request->target.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static const struct log_sample samples[] = {
        {.line = "{\"time\":\"2026-11-21T19:43:45+00:00\",\"msec\":1795290225.641,\"remote"
                 "_addr\":\"127.0.0.1\",\"remote_port\":46004,\"host\":\"qxjvw.net\",\"req"
                 "uest\":\"GET /search?q=29 HTTP/1.0\",\"status\":200,\"ua\":\"Mozilla/4.0"
                 " (compatible; MSIE 7.0; Windows NT 5.1)\",\"xff\":\"\"}",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:45.641000Z",
         .client = "127.0.0.1",
         .port = 46004,
         .name = "qxjvw.net",
         .target = "/search?q=29",
         .source = "nginx 1.22.1, escape=json"},
        {.line = "{\"time\":\"2026-11-21T19:43:45+00:00\",\"msec\":1795290225.677,\"remote"
                 "_addr\":\"127.0.0.1\",\"remote_port\":46018,\"host\":\"x\\\"y\",\"reques"
                 "t\":\"GET /search?q=\\\"a\\\\ HTTP/1.0\",\"status\":200,\"ua\":\"\",\"xf"
                 "f\":\"\"}",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:45.677000Z",
         .client = "127.0.0.1",
         .port = 46018,
         .name = "x\"y",
         .target = "/search?q=\"a\\",
         .source = "nginx 1.22.1, escape=json"},
        {.line = "{\"time\":\"2026-11-21T19:43:46+00:00\",\"msec\":1795290226.683,\"remote"
                 "_addr\":\"127.0.0.1\",\"remote_port\":46020,\"host\":\"\",\"request\":\""
                 "\\u0016\\u0003\\u0001\\u0000\245\\u0001\\u0000\",\"status\":400,\"ua\":"
                 "\"\",\"xff\":\"\"}",
         .kind = LOG_ASIDE,
         .source = "nginx 1.22.1, escape=json: TLS at a port for HTTP"},
        {.line = "{\"time\":\"2026-11-21T19:43:49+00:00\",\"msec\":1795290229.800,\"remote"
                 "_addr\":\"127.0.0.1\",\"remote_port\":46034,\"host\":\"good.example\",\""
                 "request\":\"GET /search?q=29 HTTP/1.1\",\"status\":200,\"ua\":\"Mozilla/"
                 "4.0 (compatible; MSIE 7.0; Windows NT 5.1)\",\"xff\":\"127.0.0.1\"}",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:49.800000Z",
         .client = "127.0.0.1",
         .port = 46034,
         .name = "good.example",
         .behind = "127.0.0.1",
         .target = "/search?q=29",
         .source = "nginx 1.22.1, escape=json"},
        {.line = "{\"time_local\":\"21/Nov/2026:20:43:45 +0100\",\"remote_addr\":\"2001:db"
                 "8::9\",\"request_method\":\"GET\",\"request_uri\":\"/search?q=1\",\"stat"
                 "us\":200,\"http_x_forwarded_for\":\"203.0.113.7, 192.0.2.1\",\"http_user"
                 "_agent\":\"-\"}",
         .kind = LOG_ASKED,
         .time = "2026-11-21T19:43:45.000000Z",
         .client = "2001:db8::9",
         .behind = "203.0.113.7",
         .target = "/search?q=1",
         .source = "made: nginx with other keys and no host"},
        {.line = "{\"level\":\"info\",\"ts\":1646861401.5241024,\"logger\":\"http.log.acce"
                 "ss\",\"msg\":\"handled request\",\"request\":{\"remote_ip\":\"127.0.0.1"
                 "\",\"remote_port\":\"41342\",\"client_ip\":\"127.0.0.1\",\"proto\":\"HTT"
                 "P/2.0\",\"method\":\"GET\",\"host\":\"localhost\",\"uri\":\"/\",\"header"
                 "s\":{\"User-Agent\":[\"curl/7.82.0\"],\"Accept\":[\"*/*\"]}},\"duration"
                 "\":0.000929675,\"status\":200}",
         .kind = LOG_ASKED,
         .time = "2022-03-09T21:30:01.524102Z",
         .client = "127.0.0.1",
         .port = 41342,
         .name = "localhost",
         .target = "/",
         .source = "Caddy 2, published in its documentation (Logging), shortened"},
        {.line = "{\"time\":\"2026-11-21T19:43:45+00:00\",\"msec\":1795290225.641,\"remote"
                 "_addr\":\"127.0.0.1\",\"remote_port\":46004,\"host\":\"qxjvw.ne",
         .kind = LOG_FOREIGN,
         .source = "made: the first, cut"},
};

static const char *const sources[] = {
        "nginx documentation, ngx_http_log_module; lines of nginx 1.22.1 on loopback",
        "Caddy documentation, Logging; Traefik documentation, Access Logs",
        NULL,
};

const struct log_format log_format_nginx_json = {
        .name = "nginx-json",
        .title = "Web server access log in JSON",
        .text = "One JSON object a request, of nginx with a log_format of JSON, of "
                "Caddy or of Traefik. As the keys of nginx are the user's, the "
                "usual ones are known: msec, time, time_iso8601, time_local, "
                "timestamp; remote_addr, client_ip; host, http_host; request, or "
                "request_method and request_uri; ua, http_user_agent; referer; xff, "
                "http_x_forwarded_for. The name is the host without its port.\n\n"
                "A client, a time and a request must be there. What is no request "
                "of HTTP does not count. Octets that are no UTF-8 stay as they are. "
                "Switch it on with \"log_format NAME escape=json\" and \"access_log "
                "FILE NAME\".",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
