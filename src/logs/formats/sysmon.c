/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sysmon: event 22, a process of this machine asked for a name; JSON and XML.
 */
#include "logs/format.h"
#include "logs/stamp.h"
#include "logs/sysmon_xml.h"
#include "logs/text.h"
#include "logs/windows_event.h"

/* Reads UtcTime, which has no zone as it needs none. */
static bool
read_utc(struct span text, struct log_scratch *scratch, struct log_entry *entry)
{
	if (!stamp_iso_next(&text, scratch, entry))
		return false;
	entry->time = LOG_TIME_UTC;
	return true;
}

static enum log_kind
foreign(struct log_entry *entry, const char *why)
{
	entry->why = why;
	return LOG_FOREIGN;
}

static enum log_kind
read_json(struct span line, struct log_scratch *scratch, struct log_entry *entry)
{
	struct json_value values[WINDOWS_EVENT_VALUES] = {{.escaped = false}};
	struct span *time = &values[WINDOWS_EVENT_TIME].raw;

	entry->why = windows_event_read(line, scratch, values);
	if (entry->why != NULL)
		return LOG_FOREIGN;
	if (values[WINDOWS_EVENT_QUERY_NAME].raw.len == 0 ||
	    !span_equal(values[WINDOWS_EVENT_ID].raw, span_of("22"))) {
		entry->why = "no JSON of Sysmon";
		return windows_event_is_of(values, "Sysmon") ? LOG_ASIDE : LOG_FOREIGN;
	}
	if (!read_utc(values[WINDOWS_EVENT_UTC_TIME].raw, scratch, entry) &&
	    !stamp_iso_next(time, scratch, entry))
		return foreign(entry, "an event of Sysmon without a time");
	if (!json_text(&values[WINDOWS_EVENT_QUERY_NAME], scratch, &entry->name) ||
	    !json_text(&values[WINDOWS_EVENT_COMPUTER], scratch, &entry->machine))
		return foreign(entry, "a name that is too long");
	return entry->name.len > 0 ? LOG_ASKED : LOG_ASIDE;
}

static enum log_kind
read_xml(struct span line, struct log_scratch *scratch, struct log_entry *entry)
{
	struct sysmon_xml event;

	if (!sysmon_xml_read(line, &event, &entry->why))
		return LOG_FOREIGN;
	if (text_find(event.provider, "Sysmon") == event.provider.len)
		return foreign(entry, "an event of another program");
	if (!span_equal(event.id, span_of("22")) || event.query_name.len == 0)
		return LOG_ASIDE;
	if (!read_utc(event.utc_time, scratch, entry))
		return foreign(entry, "an event of Sysmon without a time");
	if (!sysmon_xml_text(event.query_name, scratch, &entry->name) ||
	    !sysmon_xml_text(event.computer, scratch, &entry->machine))
		return foreign(entry, "a name that is too long");
	return LOG_ASKED;
}

static enum log_kind
read_line(const struct log_dialect *dialect, struct span line, struct log_scratch *scratch,
          struct log_entry *entry)
{
	(void)dialect;
	if (text_find(line, "<Event") < line.len && line.text[0] != '{')
		return read_xml(line, scratch, entry);
	return read_json(line, scratch, entry);
}

static const struct log_sample samples[] = {
        {.line = "{\"@timestamp\":\"2021-05-05T15:30:51.692Z\",\"winlog\":{\"channel\":\"M"
                 "icrosoft-Windows-Sysmon/Operational\",\"event_id\":\"22\",\"record_id\":"
                 "66,\"computer_name\":\"vagrant-2016\",\"event_data\":{\"UtcTime\":\"2019"
                 "-07-18 03:34:01.239\",\"ProcessId\":\"356\",\"QueryName\":\"go.microsoft"
                 ".com\",\"QueryStatus\":\"0\",\"Image\":\"C:\\\\Program Files\\\\iexplore"
                 ".exe\"},\"provider_name\":\"Microsoft-Windows-Sysmon\"}}",
         .kind = LOG_ASKED,
         .time = "2019-07-18T03:34:01.239000Z",
         .name = "go.microsoft.com",
         .source =
                 "Sysmon 10 through Elastic Agent, published in elastic/integrations, shor"
                 "tened"},
        {.line = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><Sy"
                 "stem><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0"
                 "-bf4c-06f5698ffbd9}'/><EventID>22</EventID><Version>5</Version><TimeCrea"
                 "ted SystemTime='2019-07-18T03:34:02.025223900Z'/><EventRecordID>66</Even"
                 "tRecordID><Correlation/><Execution ProcessID='2828' ThreadID='1684'/><Ch"
                 "annel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>vagrant-20"
                 "16</Computer><Security UserID='S-1-5-18'/></System><EventData><Data Name"
                 "='RuleName'></Data><Data Name='UtcTime'>2019-07-18 03:34:01.239</Data><D"
                 "ata Name='ProcessId'>356</Data><Data Name='QueryName'>go.microsoft.com</"
                 "Data><Data Name='QueryStatus'>0</Data><Data Name='Image'>C:\\Program Fil"
                 "es\\Internet Explorer\\iexplore.exe</Data></EventData></Event>",
         .kind = LOG_ASKED,
         .time = "2019-07-18T03:34:01.239000Z",
         .name = "go.microsoft.com",
         .source = "the same event in XML, shortened"},
        {.line = "<Event><System><Provider Name=\"Microsoft-Windows-Sysmon\"/><EventID>22<"
                 "/EventID><Computer>ws1</Computer></System><EventData><Data Name=\"UtcTim"
                 "e\">2026-11-21 03:34:01.239</Data><Data Name=\"QueryName\">a&amp;b&#46;e"
                 "xample</Data></EventData></Event>",
         .kind = LOG_ASKED,
         .time = "2026-11-21T03:34:01.239000Z",
         .name = "a&b.example",
         .source = "made: double quotes and entities"},
        {.line = "{\"EventID\":22,\"Computer\":\"ws1.example\",\"EventData\":{\"UtcTime\":"
                 "\"2026-11-21 03:34:01.239\",\"QueryName\":\"qxjvw.net\",\"QueryStatus\":"
                 "\"9003\",\"Image\":\"C:\\\\x.exe\"}}",
         .kind = LOG_ASKED,
         .time = "2026-11-21T03:34:01.239000Z",
         .name = "qxjvw.net",
         .source = "made: a flat export"},
        {.line = "{\"Event\":{\"EventData\":{\"QueryName\":\"qxjvw.net\",\"UtcTime\":\"202"
                 "1-10-04 03:47:27.711\"},\"System\":{\"Computer\":\"DESKTOP-LJRVE06\",\"E"
                 "ventID\":22,\"Provider\":{\"#attributes\":{\"Name\":\"Microsoft-Windows-"
                 "Sysmon\"}}}}}",
         .kind = LOG_ASKED,
         .time = "2021-10-04T03:47:27.711000Z",
         .name = "qxjvw.net",
         .source = "made: as evtx_dump writes it"},
        {.line = "{\"@timestamp\":\"2021-05-05T15:30:51.692Z\",\"winlog\":{\"channel\":\"M"
                 "icrosoft-Windows-Sysmon/Operational\",\"event_id\":\"23\",\"record_id\":"
                 "66,\"computer_name\":\"vagrant-2016\",\"event_data\":{\"UtcTime\":\"2019"
                 "-07-18 03:34:01.239\",\"ProcessId\":\"356\",\"Image\":\"C:\\\\Program Fi"
                 "les\\\\iexplore.exe\"},\"provider_name\":\"Microsoft-Windows-Sysmon\"}}",
         .kind = LOG_ASIDE,
         .source = "made: the first as event 23, a file that was deleted"},
        {.line = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><Sy"
                 "stem><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0"
                 "-bf4c-06f5698ffbd9}'/><EventID>22</EventID><Version>5</Version><TimeCrea"
                 "ted SystemTime='2019-07-18T03:34:02.025223900Z'/><EventRecordID>66</Even"
                 "tRecordID><Correlation/><Execution ProcessID='2828' ThreadID='1684'/><Ch"
                 "annel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>vagrant-20"
                 "16</Computer><Security UserID='S-1-5-18'/></System><EventData><Data Name"
                 "='RuleName'></Data><Data Name='UtcTime'>2019-07-18 03:34:01.239</Data><D"
                 "ata Name='ProcessId'>356</Data><Data Name='QueryName'>go.microsoft.com</"
                 "Data><Data Name='QueryStatus'>0</Data><Data Name='Image'>C:\\Program Fil"
                 "es\\Internet Explorer\\iexplore.exe</Data></EventData>",
         .kind = LOG_FOREIGN,
         .source = "made: the second, cut"},
};

static const char *const sources[] = {
        "Microsoft Sysinternals, Sysmon, Event ID 22: DNSEvent (DNS query)",
        "elastic/integrations, packages/windows; omerbenamram/evtx for evtx_dump",
        NULL,
};

const struct log_format log_format_sysmon = {
        .name = "sysmon",
        .title = "Sysmon event 22",
        .text = "Event 22 of Sysmon, a process asked for a name, one event a line: JSON of "
                "Winlogbeat, Elastic Agent, evtx_dump or a flat export, or XML of wevtutil "
                "or Splunk. Each counts as asked; other events of Sysmon do not. The time "
                "is "
                "UtcTime.\n\n"
                "The client is the machine itself: the log has its name and not its "
                "address. "
                "Only questions through the functions of Windows are seen, not those of a "
                "program that speaks DNS on its own. Switch it on with DnsQuery in the "
                "configuration of Sysmon 10 or later.",
        .sources = sources,
        .read = read_line,
        .samples = samples,
        .sample_count = LOG_COUNT(samples),
};
