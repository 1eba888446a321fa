/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Windows DNS server: the analytic channel, as shippers write it in JSON.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/text.h"
#include "logs/windows_event.h"

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	struct json_value values[WINDOWS_EVENT_VALUES];

	(void)dialect;
	entry->why = windows_event_read(line, scratch, values);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	entry->why = "no JSON of the Windows DNS server";
	if (values[WINDOWS_EVENT_QNAME].kind == JSON_NONE ||
	    !span_equal(values[WINDOWS_EVENT_ID].raw, span_of("256")))
		return windows_event_is_of(values, "DNSServer") ? LOG_ASIDE : LOG_FOREIGN;
	entry->why = "a time, name or client that cannot be read";
	if (!stamp_iso_next(&values[WINDOWS_EVENT_TIME].raw, scratch, entry) ||
	    !text_looks_like_address(values[WINDOWS_EVENT_SOURCE].raw) ||
	    !json_text(&values[WINDOWS_EVENT_QNAME], scratch, &entry->name))
		return LOG_FOREIGN;
	entry->client = values[WINDOWS_EVENT_SOURCE].raw;
	entry->port = text_port(values[WINDOWS_EVENT_PORT].raw);
	entry->type = text_port(values[WINDOWS_EVENT_QTYPE].raw);
	if (span_equal(values[WINDOWS_EVENT_TCP].raw, span_of("1")))
		entry->transport = LOG_TRANSPORT_TCP;
	else if (span_equal(values[WINDOWS_EVENT_TCP].raw, span_of("0")))
		entry->transport = LOG_TRANSPORT_UDP;
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static const struct log_sample samples[] = {
        {.line = "{\"@timestamp\":\"2024-04-22T09:31:13.872Z\",\"winlog\":{\"process_id\":"
                 "\"852\",\"task\":\"1\",\"provider_guid\":\"{EB79061A-A566-4698-9119-3ED2"
                 "807060E7}\",\"session\":\"Elastic-DNSServer-Analytical\",\"channel\":\"1"
                 "6\",\"event_data\":{\"TCP\":\"0\",\"AdditionalInfo\":\".\",\"QNAME\":\"g"
                 "oogle.es.\",\"Port\":\"59559\",\"GUID\":\"{73A2D33C-B319-42F5-8EEF-46776"
                 "AF0D9B7}\",\"Flags\":\"256\",\"Source\":\"67.43.156.1\",\"BufferSize\":"
                 "\"27\",\"XID\":\"6\",\"RD\":\"1\",\"QTYPE\":\"1\",\"InterfaceIP\":\"172."
                 "31.87.64\"}},\"host\":{\"name\":\"ec2amaz-253cq8c\"},\"event\":{\"code\""
                 ":\"256\",\"provider\":\"Microsoft-Windows-DNSServer\"}}",
         .kind = LOG_ASKED,
         .time = "2024-04-22T09:31:13.872000Z",
         .client = "67.43.156.1",
         .port = 59559,
         .name = "google.es.",
         .source =
                 "Windows Server 2022 through Elastic Agent, published in elastic/integrat"
                 "ions, shortened"},
        {.line = "{\"EventTime\":\"2024-04-22T11:31:13+02:00\",\"SourceName\":\"Microsoft-"
                 "Windows-DNSServer\",\"EventID\":256,\"TCP\":\"1\",\"Source\":\"2001:db8:"
                 ":7\",\"QNAME\":\"qxjvw.net.\",\"QTYPE\":\"28\",\"Port\":\"1025\"}",
         .kind = LOG_ASKED,
         .time = "2024-04-22T09:31:13.000000Z",
         .client = "2001:db8::7",
         .port = 1025,
         .name = "qxjvw.net.",
         .source = "made: a flat export, over TCP and IPv6"},
        {.line = "{\"@timestamp\":\"2024-04-22T09:31:13.872Z\",\"winlog\":{\"process_id\":"
                 "\"852\",\"task\":\"1\",\"provider_guid\":\"{EB79061A-A566-4698-9119-3ED2"
                 "807060E7}\",\"session\":\"Elastic-DNSServer-Analytical\",\"channel\":\"1"
                 "6\",\"event_data\":{\"TCP\":\"0\",\"AdditionalInfo\":\".\",\"QNAME\":\"g"
                 "oogle.es.\",\"Port\":\"59559\",\"GUID\":\"{73A2D33C-B319-42F5-8EEF-46776"
                 "AF0D9B7}\",\"Flags\":\"256\",\"Destination\":\"67.43.156.1\",\"BufferSiz"
                 "e\":\"27\",\"XID\":\"6\",\"RD\":\"1\",\"QTYPE\":\"1\",\"InterfaceIP\":\""
                 "172.31.87.64\"}},\"host\":{\"name\":\"ec2amaz-253cq8c\"},\"event\":{\"co"
                 "de\":\"257\",\"provider\":\"Microsoft-Windows-DNSServer\"}}",
         .kind = LOG_ASIDE,
         .source = "the answer to the first, event 257, shortened"},
        {.line = "{\"@timestamp\":\"2024-04-22T09:31:13.872Z\",\"winlog\":{\"process_id\":"
                 "\"852\",\"task\":\"1\",\"provider_guid\":\"{EB79061A-A566-4698-9119-3ED2"
                 "807060E7}\",\"session\":\"Elastic-DNSServer-Analytical\",\"channel\":\"1"
                 "6\",\"event_data\":{\"TCP\":\"0\",\"AdditionalInfo\":\".\",\"QNAME\":\"g"
                 "oogle.es.\",\"Port\":\"59559\",\"GUID\":\"{73A2D33C-B319-42F5-8EEF-46776"
                 "AF0D9B7}\",\"Flags\":\"256\",\"Source\":\"67.43.156.1\",\"BufferSize\":"
                 "\"27\",\"XID\":\"6\",\"RD\":\"1\",\"QTYPE\":\"1\",\"InterfaceIP\":\"172."
                 "31.87.64\"}},\"host\":{\"name\":\"ec2amaz-253cq8c\"},\"event\":{\"code\""
                 ":\"256\",\"provider\":\"Microsoft-Windows-DNSServer",
         .kind = LOG_FOREIGN,
         .source = "made: the first, cut"},
};

static const char *const sources[] = {
        "Microsoft Learn, DNS Logging and Diagnostics (analytic events 256 to 286)",
        "elastic/integrations, packages/microsoft_dnsserver, data stream analytical",
        NULL,
};

const struct log_format log_format_windows_etw = {
        .name = "windows-etw",
        .title = "Windows DNS server, analytic channel in JSON",
        .text = "Event 256 (QUERY_RECEIVED) of Microsoft-Windows-DNSServer/Analytical, one "
                "JSON object a line, of Elastic Agent, Winlogbeat or a flat export: Source "
                "asked for QNAME. Answers, questions to other servers and all other events "
                "do "
                "not count.\n\n"
                "The channel drops events under load, and an .etl file must be exported "
                "first: it is read as JSON only. Switch it on with \"wevtutil sl "
                "Microsoft-Windows-DNSServer/Analytical /e:true\".",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
