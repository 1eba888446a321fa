/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/verb.h: what somebody on this machine may ask a role of the daemon by its control
 * socket (up/control.h): a verb, with an object of JSON that says the rest.
 */
#ifndef UP_VERB_H
#define UP_VERB_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct up_request {
	json_t *object; /* as it came; its types are not checked */
	int64_t now;    /* seconds since 1970 */
	uid_t uid;      /* who asks: 0, the daemon's own, or one of its group */
	char why[320];  /* room for an answer that names what was asked */
};

struct up_verb {
	const char *name;

	/* Does what ${request} asks of the role with ${state}, and appends to the array
	 * ${lines} the objects to be answered, one a line. NULL, or why it is refused, a
	 * static string (up_nomem among them) or that of the request. */
	const char *(*answer)(void *state, struct up_request *request, json_t *lines);

	/* What may stand in the object beside the verb; ends in NULL. All else is refused
	 * before it is asked: a misspelt "client" would mean everybody. */
	const char *const *keys;
};

#endif
