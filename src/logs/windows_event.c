/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/windows_event.h"

#include "logs/text.h"

#define DATA(KEY)                                                                          \
	KEY("UtcTime", WINDOWS_EVENT_UTC_TIME, NULL),                                      \
	        KEY("QueryName", WINDOWS_EVENT_QUERY_NAME, NULL),                          \
	        KEY("Source", WINDOWS_EVENT_SOURCE, NULL),                                 \
	        KEY("Port", WINDOWS_EVENT_PORT, NULL),                                     \
	        KEY("QNAME", WINDOWS_EVENT_QNAME, NULL),                                   \
	        KEY("QTYPE", WINDOWS_EVENT_QTYPE, NULL),                                   \
	        KEY("TCP", WINDOWS_EVENT_TCP, NULL)
JSON_TABLE(data, DATA);

#define WINLOG(KEY)                                                                        \
	KEY("event_id", WINDOWS_EVENT_ID, NULL),                                           \
	        KEY("provider_name", WINDOWS_EVENT_PROVIDER, NULL),                        \
	        KEY("channel", WINDOWS_EVENT_CHANNEL, NULL),                               \
	        KEY("computer_name", WINDOWS_EVENT_COMPUTER, NULL),                        \
	        KEY("event_data", JSON_NO_SLOT, &data)
JSON_TABLE(winlog, WINLOG);

/* Of the Elastic Common Schema. */
#define ECS_EVENT(KEY)                                                                     \
	KEY("code", WINDOWS_EVENT_ID, NULL), KEY("provider", WINDOWS_EVENT_PROVIDER, NULL)
JSON_TABLE(ecs_event, ECS_EVENT);

/* Elements of XML that became objects: their text and their attributes. */
#define ATTRIBUTES(KEY)                                                                    \
	KEY("Name", WINDOWS_EVENT_PROVIDER, NULL),                                         \
	        KEY("SystemTime", WINDOWS_EVENT_TIME, NULL)
JSON_TABLE(attributes, ATTRIBUTES);

#define ELEMENT(KEY)                                                                       \
	KEY("#text", WINDOWS_EVENT_ID, NULL),                                              \
	        KEY("#attributes", JSON_NO_SLOT, &attributes),                             \
	        KEY("Name", WINDOWS_EVENT_PROVIDER, NULL),                                 \
	        KEY("SystemTime", WINDOWS_EVENT_TIME, NULL)
JSON_TABLE(element, ELEMENT);

#define SYSTEM(KEY)                                                                        \
	KEY("EventID", WINDOWS_EVENT_ID, &element),                                        \
	        KEY("Provider", WINDOWS_EVENT_PROVIDER, &element),                         \
	        KEY("Channel", WINDOWS_EVENT_CHANNEL, NULL),                               \
	        KEY("Computer", WINDOWS_EVENT_COMPUTER, NULL),                             \
	        KEY("TimeCreated", WINDOWS_EVENT_TIME, &element)
JSON_TABLE(system_part, SYSTEM);

#define EVENT(KEY)                                                                         \
	KEY("System", JSON_NO_SLOT, &system_part), KEY("EventData", JSON_NO_SLOT, &data)
JSON_TABLE(event, EVENT);

#define RECORD(KEY)                                                                        \
	KEY("@timestamp", WINDOWS_EVENT_TIME, NULL), KEY("winlog", JSON_NO_SLOT, &winlog), \
	        KEY("event", JSON_NO_SLOT, &ecs_event),                                    \
	        KEY("Event", JSON_NO_SLOT, &event),                                        \
	        KEY("System", JSON_NO_SLOT, &system_part),                                 \
	        KEY("EventData", JSON_NO_SLOT, &data),                                     \
	        KEY("event_data", JSON_NO_SLOT, &data),                                    \
	        KEY("EventID", WINDOWS_EVENT_ID, NULL),                                    \
	        KEY("event_id", WINDOWS_EVENT_ID, NULL),                                   \
	        KEY("SourceName", WINDOWS_EVENT_PROVIDER, NULL),                           \
	        KEY("ProviderName", WINDOWS_EVENT_PROVIDER, NULL),                         \
	        KEY("Channel", WINDOWS_EVENT_CHANNEL, NULL),                               \
	        KEY("Computer", WINDOWS_EVENT_COMPUTER, NULL),                             \
	        KEY("computer_name", WINDOWS_EVENT_COMPUTER, NULL),                        \
	        KEY("Hostname", WINDOWS_EVENT_COMPUTER, NULL),                             \
	        KEY("TimeCreated", WINDOWS_EVENT_TIME, NULL),                              \
	        KEY("EventTime", WINDOWS_EVENT_TIME, NULL),                                \
	        KEY("UtcTime", WINDOWS_EVENT_UTC_TIME, NULL),                              \
	        KEY("QueryName", WINDOWS_EVENT_QUERY_NAME, NULL),                          \
	        KEY("Source", WINDOWS_EVENT_SOURCE, NULL),                                 \
	        KEY("Port", WINDOWS_EVENT_PORT, NULL),                                     \
	        KEY("QNAME", WINDOWS_EVENT_QNAME, NULL),                                   \
	        KEY("QTYPE", WINDOWS_EVENT_QTYPE, NULL),                                   \
	        KEY("TCP", WINDOWS_EVENT_TCP, NULL)
JSON_TABLE(record, RECORD);

const char *
windows_event_read(struct span line, struct log_scratch *scratch,
                   struct json_value values[WINDOWS_EVENT_VALUES])
{
	return json_read_next(line, &record, scratch, values, WINDOWS_EVENT_VALUES);
}

bool
windows_event_is_of(const struct json_value values[WINDOWS_EVENT_VALUES], const char *word)
{
	struct span provider = values[WINDOWS_EVENT_PROVIDER].raw;
	struct span channel = values[WINDOWS_EVENT_CHANNEL].raw;

	return text_find(provider, word) < provider.len ||
	       text_find(channel, word) < channel.len;
}
