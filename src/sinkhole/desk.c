/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/desk.h"

void
sinkhole_keep(struct sinkhole_desk *desk, struct sighting *contact)
{
	contact->sensor = desk->sensor;
	if (desk->journal != NULL &&
	    store_journal_put(desk->journal, contact, desk->us) != FSK_OK) {
		sinkhole_count(&desk->tally->lost);
		return;
	}
	sinkhole_count(&desk->tally->kept[contact->kind]);
}
