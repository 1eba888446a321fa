/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/windows_event.h: events of Windows as the shippers and exporters write them
 * in JSON, one object an event: Winlogbeat and Elastic Agent (winlog.event_data and
 * event.code), evtx_dump (Event.System, Event.EventData), and flat ones (NXLog,
 * EventID and EventData at the top). Only what asks for names is read of them.
 */
#ifndef LOGS_WINDOWS_EVENT_H
#define LOGS_WINDOWS_EVENT_H

#include "logs/json.h"

enum windows_event_value {
	WINDOWS_EVENT_ID,
	WINDOWS_EVENT_PROVIDER,
	WINDOWS_EVENT_CHANNEL,
	WINDOWS_EVENT_COMPUTER,
	WINDOWS_EVENT_TIME,       /* that the event log gives it */
	WINDOWS_EVENT_UTC_TIME,   /* that Sysmon gives it */
	WINDOWS_EVENT_QUERY_NAME, /* of Sysmon */
	WINDOWS_EVENT_SOURCE,     /* these and the rest: of the DNS server */
	WINDOWS_EVENT_PORT,
	WINDOWS_EVENT_QNAME,
	WINDOWS_EVENT_QTYPE,
	WINDOWS_EVENT_TCP,
	WINDOWS_EVENT_VALUES
};

/* Reads ${line} into ${values}, as json_read_next(). */
const char *windows_event_read(struct span line, struct log_scratch *scratch,
                               struct json_value values[WINDOWS_EVENT_VALUES]);

/* Whether provider or channel of ${values} have ${word} in their names. */
bool windows_event_is_of(const struct json_value values[WINDOWS_EVENT_VALUES],
                         const char *word);

#endif
