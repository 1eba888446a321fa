/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Amazon Route 53 Resolver: query logs of a VPC, one JSON object a question.
 */
#include "logs/format.h"
#include "logs/json.h"
#include "logs/stamp.h"
#include "logs/text.h"

enum { TIME, NAME, TYPE, CLIENT, PORT, TRANSPORT, MACHINE, VALUES };

#define SRCIDS(KEY) KEY("instance", MACHINE, NULL)
JSON_TABLE(srcids, SRCIDS);

#define RECORD(KEY)                                                                        \
	KEY("query_timestamp", TIME, NULL), KEY("query_name", NAME, NULL),                 \
	        KEY("query_type", TYPE, NULL), KEY("srcaddr", CLIENT, NULL),               \
	        KEY("srcport", PORT, NULL), KEY("transport", TRANSPORT, NULL),             \
	        KEY("srcids", JSON_NO_SLOT, &srcids)
JSON_TABLE(record, RECORD);

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct json_value values[VALUES];

	(void)dialect;
	entry->why = json_read_next(line, &record, scratch, values, VALUES);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	entry->why = "no JSON of Route 53 Resolver";
	if (values[TIME].kind != JSON_STRING || values[NAME].kind != JSON_STRING)
		return LOG_FOREIGN;
	entry->why = "a time or a name that cannot be read";
	if (!stamp_iso_next(&values[TIME].raw, scratch, entry) ||
	    !json_text(&values[NAME], scratch, &entry->name) ||
	    !json_text(&values[MACHINE], scratch, &entry->machine))
		return LOG_FOREIGN;
	if (text_looks_like_address(values[CLIENT].raw))
		entry->client = values[CLIENT].raw;
	if (!scratch->brief) {
		entry->port = text_port(values[PORT].raw);
		entry->type = text_type(values[TYPE].raw);
		entry->transport = text_transport(values[TRANSPORT].raw);
	}
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

#define START                                                                              \
	"{\"version\":\"1.100000\",\"account_id\":\"626345947581\",\"region\":"            \
	"\"us-east-1\",\"vpc_id\":\"vpc-01e31a7c\",\"query_timestamp\":"                   \
	"\"2021-12-11T22:46:23Z\",\"query_name\":\"does-not-exist.abc.com.\","             \
	"\"query_type\":\"A\",\"query_class\":\"IN\",\"rcode\":\"NXDOMAIN\","

static const struct log_sample samples[] = {
        {.line = START "\"answers\":[],\"srcaddr\":\"172.31.86.159\",\"srcport\":\"48701\","
                       "\"transport\":\"UDP\",\"srcids\":{\"instance\":"
                       "\"i-079c44232510ca8ff\"}}",
         .kind = LOG_ASKED,
         .time = "2021-12-11T22:46:23.000000Z",
         .client = "172.31.86.159",
         .port = 48701,
         .name = "does-not-exist.abc.com.",
         .source = "Route 53 Resolver, published in elastic/integrations, packages/aws"},
        {.line = START
         "\"answers\":[{\"Rdata\":\"10.0.0.1\",\"Type\":\"A\",\"Class\":\"IN\""
         "}],\"srcaddr\":\"2001:db8::7\",\"srcport\":\"1025\",\"transport\":"
         "\"TCP\",\"srcids\":{},\"firewall_rule_action\":\"BLOCK\","
         "\"firewall_rule_group_id\":\"rslvr-frg-01\"}",
         .kind = LOG_ASKED,
         .time = "2021-12-11T22:46:23.000000Z",
         .client = "2001:db8::7",
         .port = 1025,
         .name = "does-not-exist.abc.com.",
         .source = "made: as above, with an answer and blocked by DNS Firewall"},
        {.line = "2021-12-11T22:46:24.000Z " START "\"answers\":[],\"srcaddr\":"
                 "\"172.31.86.159\",\"srcport\":\"48701\",\"transport\":\"UDP\","
                 "\"srcids\":{\"instance\":\"i-079c44232510ca8ff\"}}",
         .kind = LOG_ASKED,
         .time = "2021-12-11T22:46:23.000000Z",
         .client = "172.31.86.159",
         .port = 48701,
         .name = "does-not-exist.abc.com.",
         .source = "made: as above, exported from CloudWatch with its time in front"},
        {.line = START "\"answers\":[],\"srcaddr\":\"172.31.86.159\",\"srcport\":\"487",
         .kind = LOG_FOREIGN,
         .source = "made: as above, cut"},
};

#undef START

static const char *const sources[] = {
        "Amazon Route 53 Developer Guide, Values that appear in Resolver query logs",
        "elastic/integrations, packages/aws, data stream route53_resolver_logs",
        NULL,
};

const struct log_format log_format_route53 = {
        .name = "route53",
        .title = "Amazon Route 53 Resolver query log",
        .text = "One JSON object a question, from S3, Firehose or CloudWatch; the time "
                "that "
                "CloudWatch puts in front may stay. Each counts as asked, also what DNS "
                "Firewall blocked. The time is UTC. The instance that asked "
                "(srcids.instance) is the name of the machine.\n\n"
                "Questions that the resolver could answer from its cache are not logged "
                "again for the time that the answer lives (TTL): counts of questions are "
                "too "
                "low, names are complete. Switch it on with \"aws route53resolver "
                "create-resolver-query-log-config\".",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
