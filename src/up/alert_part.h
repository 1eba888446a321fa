/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/alert_part.h: what foresink.conf(5) says about telling people: the sections [alerts]
 * and [alert NAME]. They belong to the daemon, and to all roles that see who asks.
 */
#ifndef UP_ALERT_PART_H
#define UP_ALERT_PART_H

#include "alert/alert.h"
#include "base/fault.h"
#include "up/section.h"

struct up_alert {
	const char *name;
	struct alert_sink_setting setting; /* but for a secret that lies in a file */
	size_t line;                       /* of its title */
	size_t to_line;                    /* 0: not given */
	bool has_what;
	const char *secret_path; /* NULL: none */
	size_t secret_line;
	size_t authorities_line;
	uint16_t port; /* of a webhook */
};

struct up_alerts {
	unsigned settle_s;
	bool chance;
	unsigned names; /* that evidence is kept of */
	size_t line;    /* of the first key of [alerts]; 0: none */
	struct up_alert *sinks;
	struct alert_sink_setting *settings; /* one a sink, complete */
	size_t count;
};

extern const struct up_section up_alert_sections[];
extern const size_t up_alert_section_count;

/* Puts the defaults into ${alerts}. */
void up_alert_begin(struct up_alerts *alerts);

/* When all is read: FSK_SYNTAX with ${fault}, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_alert_settle(struct up_config *config, struct fault *fault);

/* Takes ${text} for the secret of sink ${n}, copied, without blanks and ends of lines
 * around. NULL, or why it cannot be; up_nomem. */
const char *up_alert_secret(struct up_config *config, size_t n, struct span text);

/* The path of the file or the socket that ${sink} opens, NULL when it has none, and whether
 * it is a file that the daemon makes and writes. */
const char *up_alert_path(const struct up_alert *sink, bool *writes);

/* Whether both tell the same, and remember as much; else the line in ${next} that does
 * not. When they tell may differ. */
bool up_alert_same(const struct up_alerts *present, const struct up_alerts *next,
                   size_t *line);

#endif
