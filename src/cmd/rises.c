/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/rises.h"

#include <stdlib.h>

static int
compare(const void *a, const void *b)
{
	const struct rises_host *x = a;
	const struct rises_host *y = b;
	int order =
	        memcmp(&x->client.address, &y->client.address, sizeof(x->client.address));

	return order != 0 ? order
	                  : (x->client.prefix > y->client.prefix) -
	                            (x->client.prefix < y->client.prefix);
}

/* The verdict that ${client} had. */
static enum verdict_word
find(const struct rises *rises, const struct sighting_client *client)
{
	const struct rises_host key = {.client = *client};
	const struct rises_host *host = NULL;

	if (rises->count > 0)
		host = bsearch(&key, rises->hosts, rises->count, sizeof(key), compare);
	return host != NULL ? host->word : VERDICT_CHANCE;
}

enum fsk_err
rises_look(struct rises *rises, const struct verdict *verdict,
           void (*risen)(const struct verdict_host *host, void *context), void *context)
{
	size_t count = verdict_host_count(verdict);
	struct rises now = {.count = 0};

	now.hosts = calloc(count + 1, sizeof(*now.hosts));
	if (now.hosts == NULL)
		return FSK_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct verdict_host *host = verdict_host_at(verdict, i);

		if (host->word == VERDICT_CHANCE)
			continue;
		now.hosts[now.count++] = (struct rises_host){host->client, host->word};
		if (risen != NULL && host->word > find(rises, &host->client))
			risen(host, context);
	}
	qsort(now.hosts, now.count, sizeof(*now.hosts), compare);
	free(rises->hosts);
	*rises = now;
	return FSK_OK;
}

void
rises_fini(struct rises *rises)
{
	free(rises->hosts);
	*rises = (struct rises){.count = 0};
}
