/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Zeek (Bro): dns.log and http.log, as tables with a header or in JSON.
 */
#include "logs/format.h"
#include "logs/json.h"
#include "logs/lane.h"
#include "logs/zeek_row.h"
#include "logs/zeek_table.h"

/* Behind the roles: HOST is the NAME of http.log, MARK tells other logs. */
enum { HOST = LOG_ROLES, MARK, VALUES };

#define RECORD(KEY)                                                                        \
	KEY("ts", LOG_ROLE_TIME, NULL), KEY("id.orig_h", LOG_ROLE_CLIENT, NULL),           \
	        KEY("id_orig_h", LOG_ROLE_CLIENT, NULL),                                   \
	        KEY("id.orig_p", LOG_ROLE_PORT, NULL),                                     \
	        KEY("id_orig_p", LOG_ROLE_PORT, NULL),                                     \
	        KEY("proto", LOG_ROLE_TRANSPORT, NULL), KEY("query", LOG_ROLE_NAME, NULL), \
	        KEY("qtype", LOG_ROLE_TYPE, NULL), KEY("host", HOST, NULL),                \
	        KEY("method", LOG_ROLE_METHOD, NULL), KEY("uri", LOG_ROLE_TARGET, NULL),   \
	        KEY("version", LOG_ROLE_VERSION, NULL),                                    \
	        KEY("user_agent", LOG_ROLE_AGENT, NULL),                                   \
	        KEY("referrer", LOG_ROLE_REFERRER, NULL),                                  \
	        KEY("proxied", LOG_ROLE_BEHIND, NULL), KEY("uid", MARK, NULL),             \
	        KEY("fuid", MARK, NULL)
JSON_TABLE(record, RECORD);

static enum log_kind
read_json(struct span line, struct log_scratch *scratch, struct log_entry *entry)
{
	struct json_value values[VALUES];
	struct span columns[LOG_ROLES];
	enum zeek_table_log log = ZEEK_TABLE_DNS;

	entry->why = json_read_next(line, &record, scratch, values, VALUES);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	entry->why = "no JSON of Zeek";
	if (values[LOG_ROLE_TIME].kind == JSON_NONE ||
	    (values[LOG_ROLE_CLIENT].kind == JSON_NONE && values[MARK].kind == JSON_NONE))
		return LOG_FOREIGN;
	if (values[LOG_ROLE_NAME].kind == JSON_NONE) {
		if (values[LOG_ROLE_TARGET].kind == JSON_NONE)
			return LOG_ASIDE;
		log = ZEEK_TABLE_HTTP;
		values[LOG_ROLE_NAME] = values[HOST];
	}
	for (unsigned i = 0; i < LOG_ROLES; i++)
		(void)json_text(&values[i], scratch, &columns[i]);
	return zeek_row_read(columns, log, scratch, entry);
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct span columns[LOG_ROLES];
	struct span *name = &columns[LOG_ROLE_NAME];

	if (line.len > 0 && *line.text == '{')
		return read_json(line, scratch, entry);
	entry->why = "a row without a Zeek header in front of it";
	if (line.len > 0 && *line.text == '#') {
		struct log_dialect ignored = *dialect;

		return zeek_table_learn(line, &ignored) ? LOG_ASIDE : LOG_FOREIGN;
	}
	if (dialect->variant == ZEEK_TABLE_NONE || line.len == 0)
		return LOG_FOREIGN;
	if (dialect->variant == ZEEK_TABLE_OTHER)
		return LOG_ASIDE;
	entry->why = dialect->why != NULL ? dialect->why : "a row with too few columns";
	if (dialect->why != NULL || !zeek_table_cut(dialect, line, scratch->brief, columns))
		return LOG_FOREIGN;
	if (lane_has(line, *name, '\\')) /* "\x0a" */
		(void)json_text(&(struct json_value){*name, JSON_STRING, true}, scratch,
		                name);
	return zeek_row_read(columns, (enum zeek_table_log)dialect->variant, scratch,
	                     entry);
}

#define HEADER                                                                             \
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
#define DNS                                                                                \
	"#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_"          \
	"p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_"               \
	"name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n"
#define HTTP                                                                               \
	"#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_"         \
	"p\ttrans_depth\tmethod\thost\turi\treferrer\tversion\tuser_"                      \
	"agent\torigin\tstatus_code\tproxied\n"

static const struct log_sample samples[] = {
        {.line = "1591367999.306059\tCazOhH2qDUiJTWMCY\t192.168.4.76\t36844\t192.1"
                 "68.4.1\t53\tudp\t8555\t-\ttestmyids.com\t1\tC_INTERNET\t"
                 "28\tAAAA\t0\tNOERROR\tF\tF\tT\tF\t0\t-\t-\tF",
         .before = HEADER DNS,
         .kind = LOG_ASKED,
         .time = "2020-06-05T14:39:59.306059Z",
         .client = "192.168.4.76",
         .port = 36844,
         .name = "testmyids.com",
         .source = "Zeek 3, published in zeek/zeek-docs, log-formats.rst"},
        {.line = "1591367999.512593\tCLqEx41jYPOdfHF586\t192.168.4.76\t46378\t31.3"
                 ".245.133\t80\t1\tGET\ttestmyids.com\t/\t-\t1.1\tcurl/7.4"
                 "7.0\t-\t200\tX-FORWARDED-FOR -> 10.0.0.7",
         .before = HEADER DNS HEADER HTTP,
         .kind = LOG_ASKED,
         .time = "2020-06-05T14:39:59.512593Z",
         .client = "192.168.4.76",
         .port = 46378,
         .name = "testmyids.com",
         .behind = "10.0.0.7",
         .target = "/",
         .source = "the same, shortened; a proxy added; behind the header of dns.log"},
        {.line = "1591367999.306059\tCazOhH2qDUiJTWMCY\t192.168.4.76\t36844\t192.1"
                 "68.4.1\t53\tudp\t8555\t-\t-\t1\tC_INTERNET\t28\tAAAA"
                 "\t0\tNOERROR\tF\tF\tT\tF\t0\t-\t-\tF",
         .before = HEADER DNS,
         .kind = LOG_ASIDE,
         .source = "made: the first without a question"},
        {.line = "1591367999.306059\tCazOhH2qDUiJTWMCY\t192.168.4.76\t36844\t192.1"
                 "68.4.1\t53\tudp\t8555\t-\ttestmyids.com\t1\tC_INTERNET\t"
                 "28\tAAAA\t0\tNOERROR\tF\tF\tT\tF\t0\t-\t-\tF",
         .kind = LOG_FOREIGN,
         .source = "made: the first without a header"},
        {.line = "1591367999.306059\tCazOhH2qDUiJTWMCY\t192.168.4.76\t36844\t192.1"
                 "68.4.1\t53\tudp\t8555\t-\ttestmyids.com\t1\tC_INTERNET\t"
                 "28\tAAAA\t0\tNOERROR\tF\tF\tT\tF\t0\t-\t-\tF",
         .before = "#path\tdns\n#fields\tts\tuid\tid.orig_h\n",
         .kind = LOG_FOREIGN,
         .source = "made: a header without the name"},
        {.line = "1591367999.305988\tCazOhH2qDUiJTWMCY\t192.168.4.76\t36844\t192.1"
                 "68.4.1\t53\tudp\tdns",
         .before = "#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid."
                   "resp_p\tproto\tservice\n",
         .kind = LOG_ASIDE,
         .source = "conn.log of the same, shortened"},
        {.line = "{\"ts\":1591367999.306059,\"uid\":\"CMdzit1AMNsmfAIiQc\",\"id.orig_h\":"
                 "\"192.168.4.76\",\"id.orig_p\":36844,\"proto\":\"udp\",\"trans_id\":8555"
                 ",\"query\":\"testmyids.com\",\"qclass\":1,\"qtype\":28,\"rejected\":fals"
                 "e}",
         .kind = LOG_ASKED,
         .time = "2020-06-05T14:39:59.306059Z",
         .client = "192.168.4.76",
         .port = 36844,
         .name = "testmyids.com",
         .source = "Zeek, published in zeek/zeek-docs, logs/dns.rst, shortened"},
        {.line = "{\"_path\":\"http\",\"ts\":\"2021-11-17T13:32:43.249475Z\",\"uid\":\"CHh"
                 "fpE1dTbPgBTR24\",\"id.orig_h\":\"128.14.134.170\",\"id.orig_p\":57468,\""
                 "trans_depth\":1,\"method\":\"GET\",\"host\":\"198.71.247.91\",\"uri\":\""
                 "/\",\"version\":\"1.1\"}",
         .kind = LOG_ASKED,
         .time = "2021-11-17T13:32:43.249475Z",
         .client = "128.14.134.170",
         .port = 57468,
         .name = "198.71.247.91",
         .target = "/",
         .source = "Zeek with json-streaming-logs, shortened"},
        {.line = "{\"ts\":1591367999.305988,\"uid\":\"CMdzit1AMNsmfAIiQc\",\"id.orig_h\":"
                 "\"192.168.4.76\",\"proto\":\"udp\",\"conn_state\":\"SF\"}",
         .kind = LOG_ASIDE,
         .source = "made: conn.log in JSON"},
};

static const char *const sources[] = {
        "Zeek documentation, Log Formats; logs/dns; logs/http",
        NULL,
};

const struct log_format log_format_zeek = {
        .name = "zeek",
        .title = "Zeek dns.log and http.log",
        .text = "Tables with a header, whose #fields say what stands where, and JSON with "
                "the "
                "time as a number or in ISO 8601. Each row of dns.log with a query and "
                "each "
                "of http.log counts as asked; rows of other logs do not. A table without "
                "its "
                "header, or whose header lacks ts, id.orig_h and query, or host and uri, "
                "cannot be read.\n\n"
                "The time is UTC. Zeek logs both by default; JSON with \"redef "
                "LogAscii::use_json = T\".",
        .sources = sources,
        .read = read_line,
        .usual = log_usual_zeek,
        .usual_time = LOG_TIME_UTC,
        .learn = zeek_table_learn,
        .mark = '#',
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
