/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/sysmon_xml.h: an event of Sysmon as XML in one line, as wevtutil and Splunk
 * write it. It is no reader of XML in general: it knows the elements that Windows
 * puts into its events, which have no comments and no CDATA. Nothing outside the
 * line is read.
 */
#ifndef LOGS_SYSMON_XML_H
#define LOGS_SYSMON_XML_H

#include "logs/entry.h"

/* What is wanted of an event, as it is written; empty: not there. */
struct sysmon_xml {
	struct span provider;
	struct span id;
	struct span computer;
	struct span utc_time;
	struct span query_name;
};

/* Reads the event in ${line} into ${event}; what stands in front of it is passed
 * over. False with ${why}, static, when there is none, when it is cut, or when there
 * is more than one. */
bool sysmon_xml_read(struct span line, struct sysmon_xml *event, const char **why);

/* Stores in ${text} what ${raw} says: its entities are solved in ${scratch}, if it
 * has any; those that XML does not know stay. False when there is no room. */
bool sysmon_xml_text(struct span raw, struct log_scratch *scratch, struct span *text);

#endif
