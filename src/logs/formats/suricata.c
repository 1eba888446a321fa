/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Suricata: eve.json, the events dns (version 1 to 3 of the record) and http.
 */
#include "logs/format.h"
#include "logs/json.h"
#include "logs/stamp.h"
#include "logs/text.h"

/* WAY is the type of a dns record: query, request, answer or response. */
enum {
	TIME,
	EVENT,
	CLIENT,
	PORT,
	TRANSPORT,
	WAY,
	NAME,
	TYPE,
	HOST,
	TARGET,
	METHOD,
	AGENT,
	REFERRER,
	VERSION,
	BEHIND,
	VALUES
};

#define QUERY(KEY) KEY("rrname", NAME, NULL), KEY("rrtype", TYPE, NULL)
JSON_TABLE(query, QUERY);

#define DNS(KEY)                                                                           \
	KEY("type", WAY, NULL), KEY("rrname", NAME, NULL), KEY("rrtype", TYPE, NULL),      \
	        KEY("queries", JSON_NO_SLOT, &query)
JSON_TABLE(dns, DNS);

#define HTTP(KEY)                                                                          \
	KEY("hostname", HOST, NULL), KEY("url", TARGET, NULL),                             \
	        KEY("http_method", METHOD, NULL), KEY("http_user_agent", AGENT, NULL),     \
	        KEY("http_refer", REFERRER, NULL), KEY("protocol", VERSION, NULL),         \
	        KEY("xff", BEHIND, NULL)
JSON_TABLE(http, HTTP);

#define RECORD(KEY)                                                                        \
	KEY("timestamp", TIME, NULL), KEY("event_type", EVENT, NULL),                      \
	        KEY("src_ip", CLIENT, NULL), KEY("src_port", PORT, NULL),                  \
	        KEY("proto", TRANSPORT, NULL), KEY("dns", JSON_NO_SLOT, &dns),             \
	        KEY("http", JSON_NO_SLOT, &http), KEY("xff", BEHIND, NULL)
JSON_TABLE(record, RECORD);

static enum log_kind
read_dns(const struct json_value *values, struct log_scratch *scratch,
         struct log_entry *entry)
{
	if (!TEXT_IS(values[WAY].raw, "query") && !TEXT_IS(values[WAY].raw, "request"))
		return LOG_ASIDE;
	if (!json_text(&values[NAME], scratch, &entry->name)) {
		entry->why = "a name that is too long";
		return LOG_FOREIGN;
	}
	if (!scratch->brief) {
		entry->type = text_type(values[TYPE].raw);
		entry->transport = text_transport(values[TRANSPORT].raw);
	}
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static enum log_kind
read_http(const struct json_value *values, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct log_request *request = &entry->request;
	struct span host;

	/* What finds no room stays as it is written. */
	(void)json_text(&values[TARGET], scratch, &request->target);
	(void)json_text(&values[METHOD], scratch, &request->method);
	(void)json_text(&values[VERSION], scratch, &request->version);
	(void)json_text(&values[AGENT], scratch, &request->agent);
	(void)json_text(&values[REFERRER], scratch, &request->referrer);
	(void)json_text(&values[HOST], scratch, &host);
	entry->name = host.len > 0 ? text_url_host(host, true)
	                           : text_url_host(request->target, false);
	if (text_looks_like_address(values[BEHIND].raw))
		entry->behind = values[BEHIND].raw;
	entry->transport = LOG_TRANSPORT_HTTP;
	return entry->name.len > 0 || request->target.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct json_value values[VALUES];
	bool is_dns, is_http;

	(void)dialect;
	entry->why = json_read_next(line, &record, scratch, values, VALUES);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	entry->why = "no event of Suricata";
	if (values[TIME].kind != JSON_STRING || values[EVENT].kind != JSON_STRING)
		return LOG_FOREIGN;
	is_dns = TEXT_IS(values[EVENT].raw, "dns");
	is_http = TEXT_IS(values[EVENT].raw, "http");
	if (!is_dns && !is_http)
		return LOG_ASIDE;
	entry->why = "a time or a client that cannot be read";
	if (!stamp_iso_next(&values[TIME].raw, scratch, entry) ||
	    !text_looks_like_address(values[CLIENT].raw))
		return LOG_FOREIGN;
	entry->client = values[CLIENT].raw;
	if (!scratch->brief)
		entry->port = text_port(values[PORT].raw);
	return is_dns ? read_dns(values, scratch, entry)
	              : read_http(values, scratch, entry);
}

static const struct log_sample samples[] = {
        {.line = "{\"timestamp\":\"2020-02-29T00:00:12.734324+0000\",\"flow_id\":914989792"
                 "375924,\"in_iface\":\"eth0\",\"event_type\":\"dns\",\"src_ip\":\"192.168"
                 ".10.154\",\"src_port\":53985,\"dest_ip\":\"10.18.255.254\",\"dest_port\""
                 ":53,\"proto\":\"UDP\",\"dns\":{\"type\":\"query\",\"id\":30266,\"rrname"
                 "\":\"190.10.168.192.in-addr.arpa\",\"rrtype\":\"PTR\",\"tx_id\":0}}",
         .kind = LOG_ASKED,
         .time = "2020-02-29T00:00:12.734324Z",
         .client = "192.168.10.154",
         .port = 53985,
         .name = "190.10.168.192.in-addr.arpa",
         .source = "Suricata 4, published in the tests of aminer's parsers (AIT)"},
        {.line = "{\"timestamp\":\"2020-02-29T00:00:14.886252+0000\",\"event_type\":\"http"
                 "\",\"src_ip\":\"192.168.10.190\",\"src_port\":39438,\"proto\":\"TCP\",\""
                 "http\":{\"hostname\":\"mail.cup.com\",\"url\":\"\\/services\\/portal\\/"
                 "\",\"http_user_agent\":\"Mozilla\\/5.0 (X11)\",\"http_method\":\"GET\","
                 "\"protocol\":\"HTTP\\/1.1\"}}",
         .kind = LOG_ASKED,
         .time = "2020-02-29T00:00:14.886252Z",
         .client = "192.168.10.190",
         .port = 39438,
         .name = "mail.cup.com",
         .target = "/services/portal/",
         .source = "the same, shortened"},
        {.line = "{\"timestamp\":\"2025-07-08T14:00:00.000001+0200\",\"event_type\":\"dns"
                 "\",\"src_ip\":\"2001:db8::7\",\"src_port\":5353,\"proto\":\"TCP\",\"dns"
                 "\":{\"version\":3,\"type\":\"request\",\"flags\":\"100\",\"queries\":[{"
                 "\"rrname\":\"www.suricata.io\",\"rrtype\":\"A\"}]}}",
         .kind = LOG_ASKED,
         .time = "2025-07-08T12:00:00.000001Z",
         .client = "2001:db8::7",
         .port = 5353,
         .name = "www.suricata.io",
         .source = "made: as in the User Guide of Suricata 8"},
        {.line = "{\"timestamp\":\"2025-07-08T14:00:00.000002+0200\",\"event_type\":\"dns"
                 "\",\"src_ip\":\"2001:db8::53\",\"dns\":{\"version\":3,\"type\":\"respons"
                 "e\",\"queries\":[{\"rrname\":\"www.suricata.io\"}]}}",
         .kind = LOG_ASIDE,
         .source = "made: its response, which the server sent"},
        {.line = "{\"timestamp\":\"2020-02-29T00:01:53.976648+0000\",\"event_type\":\"tls"
                 "\",\"src_ip\":\"192.168.10.238\",\"tls\":{\"sni\":\"mail.cup.com\",\"ver"
                 "sion\":\"TLS 1.2\"}}",
         .kind = LOG_ASIDE,
         .source = "as the first, shortened"},
        {.line = "{\"timestamp\":\"2025-07-08T14:00:00.000001+0200\",\"event_type\":\"dns"
                 "\",\"src_ip\":\"2001:db8::7\",\"src_port\":5353,\"proto\":\"TCP\",\"dns"
                 "\":{\"version\":3,\"type\":\"request\",\"flags\":\"100\",\"queries\":[{"
                 "\"rrname\":\"www.suricata.io\",\"rrtype\":\"A\"}]",
         .kind = LOG_FOREIGN,
         .source = "made: the request of Suricata 8, cut"},
};

static const char *const sources[] = {
        "Suricata User Guide, EVE JSON Format; upgrade/8.0-dns-logging-changes",
        NULL,
};

const struct log_format log_format_suricata = {
        .name = "suricata",
        .title = "Suricata EVE",
        .text = "The file eve.json, one JSON object an event. Asked count the events dns "
                "of "
                "type \"query\" (to Suricata 7) and \"request\" (8), and the events http, "
                "whose client is the sender. Answers and responses do not count, as each "
                "has "
                "its question in the log, and the sender of a response is the server since "
                "Suricata 8; a log of nothing but responses finds nobody. All other events "
                "do not count.\n\n"
                "Of several questions in one packet the first is read. The time has its "
                "zone. Switch it on with the types dns (with \"requests: yes\") and http "
                "of "
                "the output eve-log in suricata.yaml.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
