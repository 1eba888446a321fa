/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/losses.h"

#define SAY_MS 60000  /* between two words of what is being lost */
#define QUIET_MS 5000 /* without a loss, before a disk is believed to have room again */

static void
say_lost(struct up_losses *losses, const struct up_log *log, int64_t now_ms)
{
	up_log(log, UP_ERROR, "lost",
	       UP_FIELDS(UP_TEXT("role", losses->role),
	                 UP_NUMBER("contacts", losses->lost - losses->said),
	                 UP_TEXT("why", "the store has no room: they are answered and not "
	                                "kept")));
	losses->said = losses->lost;
	losses->said_ms = now_ms;
}

static void
say_sum(const struct up_losses *losses, const struct up_log *log, const char *words,
        uint64_t sum)
{
	up_log(log, UP_WARNING, "store",
	       UP_FIELDS(UP_TEXT("role", losses->role), UP_TEXT("words", words),
	                 UP_NUMBER("lost", sum)));
}

void
up_losses_look(struct up_losses *losses, const struct up_log *log, uint64_t kept,
               uint64_t lost, int64_t now_ms)
{
	bool keeps = kept > losses->kept;

	losses->kept = kept;
	if (lost > losses->lost) {
		if (!losses->losing)
			losses->before = losses->lost;
		losses->lost = lost;
		losses->lost_ms = now_ms;
		if (!losses->losing || now_ms - losses->said_ms >= SAY_MS)
			say_lost(losses, log, now_ms);
		losses->losing = true;
	} else if (losses->losing && keeps && now_ms - losses->lost_ms >= QUIET_MS) {
		say_sum(losses, log, "contacts are kept again; those that were lost",
		        lost - losses->before);
		losses->said = lost;
		losses->losing = false;
	}
}

void
up_losses_end(const struct up_losses *losses, const struct up_log *log, uint64_t lost)
{
	if (lost > 0)
		say_sum(losses, log, "contacts that were lost since the start", lost);
}
