/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/config.h: the configuration of the daemon, foresink.conf(5), as one struct that
 * owns all that it points to. Reading is a pure function of the text: no file that it
 * names is touched (up/load.h does that).
 */
#ifndef UP_CONFIG_H
#define UP_CONFIG_H

#include "base/fault.h"
#include "dga/family.h"
#include "net/socket.h"
#include "up/alert_part.h"
#include "up/arena.h"
#include "up/feed_part.h"
#include "up/guard_part.h"
#include "up/log.h"
#include "up/sinkhole_part.h"
#include "up/store_part.h"
#include "watch/rulebook.h"

/* Octets of the longest line, without its end. */
#define UP_CONFIG_LINE 4000

/* Octets of a whole file, at most. */
#define UP_CONFIG_MOST (1u << 20)

struct up_config {
	struct up_arena arena;
	const char *path;    /* of its file, set by up/load.h; NULL */
	const char *exposed; /* a file with secrets that everybody can read; NULL: none */

	/* [foresink] */
	size_t *roles; /* numbers of up/role.h, rising, each once */
	size_t role_count;
	const char *user, *group, *state; /* NULL: none */
	size_t user_line, state_line;     /* user_line: of the group, if only that is set */
	enum up_format log;
	bool has_metrics, metrics_public;
	struct net_endpoint metrics;
	size_t metrics_line;
	const char *control; /* path of a socket; NULL: none */
	size_t control_line;

	/* [names] */
	struct up_choice names; /* complete */
	unsigned back, ahead;   /* days before and after today */
	unsigned threads;       /* 0: one a processor */

	/* [collision] */
	struct watch_rulebook_file *files;
	size_t *file_lines;
	size_t file_count;

	struct up_alerts alerts;
	struct up_feed feed;
	struct up_guard guard;
	struct up_sinkhole sinkhole;
	struct up_store store;

	struct up_config *before; /* of those that are kept after another one; NULL */
};

/* The span of time of the lists at ${now}: whole days, both ends included. */
void up_config_window(const struct up_config *config, int64_t now, int64_t *from,
                      int64_t *to);

/* Whether the role called ${role} is among those that are to run. */
bool up_config_runs(const struct up_config *config, const char *role);

/* Reads ${text} into ${config}, which the caller ends with up_config_fini().
 * FSK_SYNTAX with the line (0: the whole file) and the reason in ${fault} (may be
 * NULL); FSK_NOMEM. */
FSK_MUST_USE enum fsk_err up_config_read(struct span text, struct up_config *config,
                                         struct fault *fault);

/* Frees what ${config} owns, and wipes its secrets; NULL and a zeroed one are
 * allowed. */
void up_config_fini(struct up_config *config);

#endif
