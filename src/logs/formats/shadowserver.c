/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Shadowserver: the reports on its sinkholes that it sends to those who run networks, as
 * CSV with a header.
 */
#include "logs/cell.h"
#include "logs/format.h"
#include "logs/shadowserver_row.h"
#include "logs/table.h"
#include "logs/web.h"

static bool
learn_line(struct span line, struct log_dialect *dialect)
{
	return shadowserver_row_header(line, dialect, NULL);
}

/* Solves doubled quotes, and takes the cell of the request apart: most sinkholes give all
 * of its line, Microsoft's the path alone. */
static bool
read_request(struct log_request *request, struct log_scratch *scratch)
{
	if (!cell_solve(&request->target, scratch) ||
	    !cell_solve(&request->agent, scratch) ||
	    !cell_solve(&request->referrer, scratch))
		return false;
	if (request->target.len > 0 && *request->target.text != '/')
		web_request(request->target, request);
	return true;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct log_dialect header = *dialect;
	enum log_kind kind;

	entry->why = "no header of a Shadowserver report stands before it";
	if (dialect->separator != ',' || dialect->width == 0)
		return LOG_FOREIGN;
	if (learn_line(line, &header))
		return LOG_ASIDE;
	kind = table_read(dialect, line, scratch, entry);
	if (kind == LOG_FOREIGN)
		return kind;
	if (entry->time == LOG_TIME_LOCAL)
		entry->time = LOG_TIME_UTC; /* without a zone, always */
	if (dialect->place[LOG_ROLE_TARGET] > 0) {
		entry->why = "a request in quotes that is too long";
		if (!read_request(&entry->request, scratch))
			return LOG_FOREIGN;
		entry->name = text_url_host(entry->name, true); /* without its port */
	}
	return kind;
}

/* The headers as of 2026 without the columns that are not read, and one before 2021. */
#define HTTP                                                                               \
	"\"timestamp\",\"protocol\",\"src_ip\",\"src_port\",\"src_geo\",\"severity\","     \
	"\"dst_ip\",\"dst_port\",\"infection\",\"family\",\"http_url\",\"http_host\","     \
	"\"http_agent\",\"forwarded_by\",\"http_referer\"\n"
#define DNS                                                                                \
	"\"timestamp\",\"protocol\",\"src_ip\",\"src_port\",\"src_asn\",\"src_geo\","      \
	"\"src_region\",\"src_city\",\"src_hostname\",\"src_naics\",\"src_sector\","       \
	"\"device_vendor\",\"device_type\",\"device_model\",\"infection\",\"family\","     \
	"\"tag\",\"query_type\",\"query\",\"count\"\n"
#define TCP                                                                                \
	"timestamp,protocol,src_ip,src_port,dst_ip,dst_port,infection,ssl_cipher,"         \
	"ssl_servername\n"
#define OLD                                                                                \
	"\"timestamp\",\"ip\",\"asn\",\"geo\",\"url\",\"type\",\"http_agent\",\"tor\","    \
	"\"src_port\"\n"
#define IE7 "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)"

static const struct log_sample samples[] = {
        {.before = HTTP,
         .line = "\"2026-03-21 00:00:32\",\"tcp\",\"198.51.100.176\",36849,\"AT\","
                 "\"critical\",\"192.0.2.1\",80,\"downadup\",,\"GET /search?q=252 "
                 "HTTP/1.0\",\"192.0.2.1:80\",\"" IE7 "\",,",
         .kind = LOG_ASKED,
         .port = 36849,
         .time = "2026-03-21T00:00:32.000000Z",
         .client = "198.51.100.176",
         .name = "192.0.2.1",
         .target = "/search?q=252",
         .source = "made: of the columns of event4_sinkhole_http"},
        {.before = HTTP,
         .line = "\"2026-03-21 "
                 "00:00:33\",\"tcp\",\"2001:db8::1\",1024,,\"critical\",,,\"b54\",,"
                 "\"/locator.php\",\"a.example\",\"say \"\"a\"\"\",\"203.0.113.9\",",
         .kind = LOG_ASKED,
         .port = 1024,
         .time = "2026-03-21T00:00:33.000000Z",
         .client = "2001:db8::1",
         .behind = "203.0.113.9",
         .name = "a.example",
         .target = "/locator.php",
         .source = "made: of the columns of event6_sinkhole_http, Microsoft's"},
        {.before = DNS,
         .line = "\"2022-01-06 00:00:02\",\"udp\",\"217.110.0.0\",29614,8220,\"DE\","
                 "\"HESSEN\",\"FRANKFURT AM MAIN\",,518210,\"Communications, Service "
                 "Provider, and Hosting Service\",,,,\"calypso\",\"calypso\","
                 "\"msexchange\",\"A\",\"YolkIsh.COM\",1",
         .kind = LOG_ASKED,
         .port = 29614,
         .time = "2022-01-06T00:00:02.000000Z",
         .client = "217.110.0.0",
         .name = "YolkIsh.COM",
         .source = "certtools/intelmq, tests of its Shadowserver parser"},
        {.before = OLD,
         .line = "\"2018-03-21 00:00:32\",\"198.51.100.176\",8437,\"AT\",\"GET "
                 "/search?q=252 HTTP/1.0\",\"downadup\",\"" IE7 "\",,36849",
         .kind = LOG_ASKED,
         .port = 36849,
         .time = "2018-03-21T00:00:32.000000Z",
         .client = "198.51.100.176",
         .target = "/search?q=252",
         .source = "certtools/intelmq, tests of its Shadowserver parser, cut behind the "
                   "port"},
        {.before = TCP,
         .line = "2026-03-21 00:00:34,tcp,198.51.100.177,4431,192.0.2.1,443,b68,"
                 "TLS_AES_128_GCM_SHA256,a.example",
         .kind = LOG_ASIDE,
         .source = "made: a caller without a request"},
        {.before = DNS,
         .line = "\"2022-01-06 00:00:02\",\"udp\",\"217.110.0.0\",29614",
         .kind = LOG_FOREIGN,
         .source = "made: cut"},
};

static const char *const sources[] = {
        "The-Shadowserver-Foundation/report_schema: event4_sinkhole, event4_sinkhole_http, "
        "event4_sinkhole_dns, event4_microsoft_sinkhole and theirs of IPv6",
        "certtools/intelmq, its Shadowserver parser and its tests",
        NULL,
};

const struct log_format log_format_shadowserver = {
        .name = "shadowserver",
        .title = "Shadowserver's sinkhole report (CSV)",
        .text = "The reports on sinkholes, by HTTP, by DNS and of other callers, of IPv4 "
                "and IPv6, Microsoft's too, with the columns of any year: they are found "
                "by the names in the header. A line that says which name or path was "
                "asked for counts as asked; one of a caller that sent no request does "
                "not. Times are UTC.\n\n"
                "What Shadowserver takes the caller to be infected with, and which "
                "address it called, stays out of a scan, and comes into a store "
                "(foresink-store(1)). Who asked by DNS is most often a resolver.",
        .sources = sources,
        .read = read_line,
        .learn = learn_line,
        .mark = '"',
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
