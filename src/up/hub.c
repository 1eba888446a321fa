/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/hub.h"

#include "up/role.h"

#include <errno.h>
#include <unistd.h>

static void
say(const char *words, void *context)
{
	up_log(context, UP_WARNING, "alert", UP_FIELDS(UP_TEXT("words", words)));
}

bool
up_hub_wanted(const struct up_config *config)
{
	for (size_t i = 0; i < config->role_count; i++) {
		if (up_role_at(config->roles[i])->tells)
			return config->alerts.count > 0;
	}
	return false;
}

enum fsk_err
up_hub_open(const struct up_hub_setting *wanted, struct alert_hub **hub,
            struct up_trouble *trouble)
{
	const struct up_config *config = wanted->config;
	const struct up_alerts *alerts = &config->alerts;
	const struct alert_sink_setting *refused;
	char host[256] = "";
	struct alert_setting setting = {
	        .sinks = alerts->settings,
	        .sink_count = alerts->count,
	        .host = host,
	        .version = wanted->version,
	        .log = say,
	        .context = wanted->log,
	        .owner = wanted->owner,
	};
	size_t which = 0;
	enum fsk_err err;

	*hub = NULL;
	if (!up_hub_wanted(config))
		return FSK_OK;
	/* The last octet stays a NUL, whatever the name. */
	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	errno = 0;
	err = alert_hub_new(&setting, hub, &which);
	if (err != FSK_IO && err != FSK_SYNTAX)
		return err;
	refused = &alerts->settings[which];
	/* What stands in a URL may be a secret. */
	up_trouble_set(
	        trouble, config->path, alerts->sinks[which].to_line, "cannot tell %s: %s",
	        refused->way == ALERT_WEBHOOK ? alerts->sinks[which].name : refused->target,
	        err == FSK_IO ? strerror(errno) : "not a place to tell");
	return err;
}

void
up_hub_metrics(const struct alert_hub *hub, const struct up_config *config,
               struct up_text *text)
{
	static const char *const names[] = {"told_total", "lost_total", "failed_total",
	                                    "queued"};
	static const char *const helps[] = {
	        "records that were told", "records that could not be told",
	        "attempts that are tried again", "records that wait"};

	for (size_t i = 0; hub != NULL && i < UP_COUNT(names); i++) {
		up_text_add(text,
		            "# HELP foresink_alert_%s %s\n# TYPE foresink_alert_%s %s\n",
		            names[i], helps[i], names[i], i < 3 ? "counter" : "gauge");
		for (size_t k = 0; k < config->alerts.count; k++) {
			const struct alert_counts *counts = alert_counts(hub, k);
			const _Atomic uint64_t *const values[] = {
			        &counts->told, &counts->lost, &counts->failed,
			        &counts->queued};

			up_text_add(text,
			            "foresink_alert_%s{alert=\"%s\",to=\"%s\"} %llu\n",
			            names[i], config->alerts.sinks[k].name,
			            alert_way_name(config->alerts.settings[k].way),
			            (unsigned long long)atomic_load(values[i]));
		}
	}
}
