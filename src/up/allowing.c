/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/allowing.h"

#include "base/date.h"
#include "base/draft.h"
#include "up/content.h"
#include "up/section.h"
#include "up/value.h"
#include "wire/name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MINUTE_MS INT64_C(60000)

/* Of the file. */
#define MODE 0640

/* Octets of a prefix as text with its NUL. */
#define PREFIX_SIZE (ADDRESS_SIZE + 4)

struct up_allowing {
	struct guard *guard;
	struct net_loop *loop;
	const struct up_log *log;
	char *path; /* of the file; NULL: none */
	struct net_timer timer;
};

static void
write_prefix(const struct guard_pass *pass, char out[PREFIX_SIZE])
{
	char address[ADDRESS_SIZE];

	address_write(&pass->client.address, address);
	if (pass->has_client)
		snprintf(out, PREFIX_SIZE, "%s/%u", address, pass->client.bits);
	else
		snprintf(out, PREFIX_SIZE, "-");
}

/* Logs ${event} of ${pass}: by ${uid}, or by itself (NULL). */
static void
log_pass(const struct up_allowing *allowing, const char *event,
         const struct guard_pass *pass, const uid_t *uid)
{
	char client[PREFIX_SIZE], until[DATE_INSTANT_SIZE];
	struct up_field fields[6] = {UP_TEXT("name", pass->name.text)};

	write_prefix(pass, client);
	date_write_instant(pass->until, until);
	fields[1] = (struct up_field)UP_TEXT("client", client);
	fields[2] = (struct up_field)UP_TEXT("until", until);
	fields[3] = (struct up_field)UP_TEXT("reason", pass->reason);
	if (uid != NULL)
		fields[4] = (struct up_field)UP_NUMBER("uid", *uid);
	up_log(allowing->log, UP_INFO, event, fields);
}

/* The disk. */

static enum fsk_err
write_all(const struct up_allowing *allowing, const struct draft *draft)
{
	const struct guard_passes *set = guard_passes(allowing->guard);
	uint64_t at = 0;

	for (size_t i = 0; i < guard_passes_count(set); i++) {
		char line[GUARD_PASS_LINE];
		size_t len = guard_pass_write(guard_passes_at(set, i), line);

		if (draft_write(draft, at, line, len) != FSK_OK)
			return FSK_IO;
		at += len;
	}
	return FSK_OK;
}

/* Keeps what is in force; says whether it is kept. */
static bool
save(const struct up_allowing *allowing)
{
	struct draft draft;
	enum fsk_err err;

	if (allowing->path == NULL)
		return false;
	err = draft_init(&draft, allowing->path);
	if (err == FSK_OK) {
		/* Who asked for what is nobody else's business. A file system without
		 * modes refuses. */
		(void)fchmod(draft.fd, MODE);
		err = write_all(allowing, &draft);
		if (err == FSK_OK)
			err = draft_finish(&draft);
		draft_fini(&draft);
	}
	if (err != FSK_OK)
		up_log(allowing->log, UP_ERROR, "state-not-written",
		       UP_FIELDS(UP_TEXT("file", allowing->path),
		                 UP_TEXT("why", err == FSK_IO ? strerror(errno)
		                                              : fsk_strerror(err))));
	return err == FSK_OK;
}

static void
log_unread(const struct up_allowing *allowing, size_t line, const char *why)
{
	up_log(allowing->log, UP_WARNING, "passes-unread",
	       UP_FIELDS(UP_TEXT("file", allowing->path), UP_NUMBER("line", line),
	                 UP_TEXT("why", why)));
}

/* Puts into force what the file says. */
static enum fsk_err
load(struct up_allowing *allowing, int64_t now)
{
	struct fault fault = {.why = NULL};
	struct guard_passes *set;
	struct up_content content;
	enum fsk_err err;

	if (allowing->path == NULL)
		return FSK_OK;
	err = up_content_read(allowing->path, (size_t)GUARD_PASSES_MOST * GUARD_PASS_LINE,
	                      &content);
	if (err == FSK_IO && errno == ENOENT)
		return FSK_OK;
	if (err == FSK_NOMEM)
		return err;
	if (err != FSK_OK) {
		log_unread(allowing, 0,
		           err == FSK_IO ? strerror(errno) : fsk_strerror(err));
		return FSK_OK;
	}
	err = guard_passes_read((struct span){content.octets, content.len}, now, &set,
	                        &fault);
	up_content_fini(&content);
	if (err == FSK_NOMEM)
		return err;
	if (err != FSK_OK) {
		log_unread(allowing, fault.line,
		           fault.why != NULL ? fault.why : fsk_strerror(err));
		return FSK_OK;
	}
	up_log(allowing->log, UP_INFO, "passes",
	       UP_FIELDS(UP_NUMBER("number", guard_passes_count(set))));
	guard_set_passes(allowing->guard, set);
	return FSK_OK;
}

/* Time. */

static int64_t
now_of(const struct up_allowing *allowing)
{
	return date_second_of(net_clock_us() + allowing->log->shift_us);
}

/* Logs those that have ended at ${now} and takes them out; says whether there were some. */
static bool
expire(struct up_allowing *allowing, int64_t now)
{
	const struct guard_passes *set = guard_passes(allowing->guard);
	size_t count = guard_passes_count(set), left = 0;
	struct guard_passes *rest;
	struct guard_pass *kept;
	enum fsk_err err;

	for (size_t i = 0; i < count; i++)
		left += guard_passes_at(set, i)->until >= now;
	if (left == count)
		return false;
	kept = calloc(left + 1, sizeof(*kept));
	if (kept == NULL)
		return false; /* they do not count any more, and are told of next time */
	left = 0;
	for (size_t i = 0; i < count; i++) {
		if (guard_passes_at(set, i)->until >= now)
			kept[left++] = *guard_passes_at(set, i);
	}
	err = guard_passes_new(kept, left, now, &rest);
	free(kept);
	if (err != FSK_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (guard_passes_at(set, i)->until < now)
			log_pass(allowing, "allow-ended", guard_passes_at(set, i), NULL);
	}
	guard_set_passes(allowing->guard, rest);
	return true;
}

/* Sets the timer for the next end, and a minute at most, as the calendar may be set. */
static void
wait_for_end(struct up_allowing *allowing, int64_t now)
{
	const struct guard_passes *set = guard_passes(allowing->guard);
	int64_t wait_ms = MINUTE_MS;

	net_timer_end(allowing->loop, &allowing->timer);
	for (size_t i = 0; i < guard_passes_count(set); i++) {
		int64_t left = guard_passes_at(set, i)->until - now + 1;

		if (left < wait_ms / 1000)
			wait_ms = left > 0 ? left * 1000 : 1000;
	}
	/* Without memory for the timer they end all the same, and the next request says
	 * so. */
	if (guard_passes_count(set) > 0)
		(void)!net_timer_set(allowing->loop, &allowing->timer, wait_ms);
}

static void
due(struct net_timer *timer)
{
	struct up_allowing *allowing = timer->context;
	int64_t now = now_of(allowing);

	if (expire(allowing, now))
		(void)save(allowing);
	wait_for_end(allowing, now);
}

enum fsk_err
up_allowing_new(const struct up_allowing_setting *setting, struct up_allowing **allowing)
{
	struct up_allowing *made = calloc(1, sizeof(*made));
	enum fsk_err err = FSK_OK;

	if (made == NULL)
		return FSK_NOMEM;
	*made = (struct up_allowing){.guard = setting->guard,
	                             .loop = setting->loop,
	                             .log = setting->log,
	                             .timer = {.due = due, .context = made}};
	if (setting->state != NULL &&
	    asprintf(&made->path, "%s/passes", setting->state) < 0) {
		made->path = NULL;
		err = FSK_NOMEM;
	}
	if (err == FSK_OK)
		err = load(made, now_of(made));
	if (err != FSK_OK) {
		up_allowing_free(made);
		return err;
	}
	wait_for_end(made, now_of(made));
	*allowing = made;
	return FSK_OK;
}

void
up_allowing_free(struct up_allowing *allowing)
{
	if (allowing == NULL)
		return;
	net_timer_end(allowing->loop, &allowing->timer);
	free(allowing->path);
	free(allowing);
}

/* Requests. */

/* The string ${key} of ${object}; empty when it has none. */
static struct span
text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
	               ? (struct span){json_string_value(value), json_string_length(value)}
	               : (struct span){"", 0};
}

static const char *
read_name(const json_t *object, struct fsk_name *name)
{
	if (wire_name_read(text_of(object, "name"), name, NULL) != FSK_OK)
		return "name is no domain name";
	return wire_name_labels(name) < 2 ? "name is a whole top-level domain" : NULL;
}

static const char *
read_client(const json_t *object, struct guard_pass *pass)
{
	const json_t *client = json_object_get(object, "client");

	pass->has_client = client != NULL && !json_is_null(client);
	if (pass->has_client &&
	    address_read_prefix(text_of(object, "client"), &pass->client.address,
	                        &pass->client.bits) != FSK_OK)
		return "client is no address and no prefix";
	return NULL;
}

static const char *
read_reason(const json_t *object, struct guard_pass *pass)
{
	struct span reason = text_of(object, "reason");

	while (reason.len > 0 && reason.text[0] == ' ')
		reason = span_from(reason, 1);
	while (reason.len > 0 && reason.text[reason.len - 1] == ' ')
		reason.len--;
	if (reason.len == 0)
		return "a reason is wanted";
	if (reason.len >= sizeof(pass->reason))
		return "the reason is longer than 200 octets";
	if (!guard_pass_reason(reason))
		return "the reason is no text of one line";
	memcpy(pass->reason, reason.text, reason.len);
	pass->reason[reason.len] = '\0';
	return NULL;
}

static const char *
read_end(const json_t *object, struct guard_pass *pass)
{
	const json_t *for_s = json_object_get(object, "for_s");
	const json_t *until = json_object_get(object, "until");
	int64_t length, wanted;

	if ((for_s != NULL) == (until != NULL))
		return "one of for_s and until is wanted";
	if (for_s != NULL) {
		wanted = json_integer_value(for_s);
		if (wanted < 1 || wanted > UP_ALLOWING_MOST)
			return "for_s is a number of seconds from 1 to 2592000 (30 days)";
		pass->until = pass->since + wanted;
		return NULL;
	}
	if (date_parse_instant(text_of(object, "until"), &wanted, &length, NULL) !=
	            FSK_OK ||
	    length != 1)
		return "until is no instant";
	if (wanted < pass->since || wanted - pass->since > UP_ALLOWING_MOST)
		return "until has passed, or lies more than 30 days ahead";
	pass->until = wanted;
	return NULL;
}

/* An object that tells ${pass}; NULL without memory. */
static json_t *
object_of(const struct guard_pass *pass)
{
	char client[PREFIX_SIZE], since[DATE_INSTANT_SIZE], until[DATE_INSTANT_SIZE];

	write_prefix(pass, client);
	date_write_instant(pass->since, since);
	date_write_instant(pass->until, until);
	return json_pack("{s:s,s:s?,s:s,s:s,s:s}", "name", pass->name.text, "client",
	                 pass->has_client ? client : NULL, "since", since, "until", until,
	                 "reason", pass->reason);
}

const char *
up_allowing_allow(struct up_allowing *allowing, struct up_request *request, json_t *lines)
{
	struct guard_pass pass = {.since = request->now};
	const char *why = read_name(request->object, &pass.name);
	json_t *told;
	enum fsk_err err;

	if (why == NULL)
		why = read_client(request->object, &pass);
	if (why == NULL)
		why = read_reason(request->object, &pass);
	if (why == NULL)
		why = read_end(request->object, &pass);
	if (why != NULL)
		return why;
	(void)expire(allowing, request->now);
	err = guard_allow(allowing->guard, &pass);
	if (err != FSK_OK)
		return err == FSK_RANGE ? "there are too many exceptions" : up_nomem;
	log_pass(allowing, "allow", &pass, &request->uid);
	wait_for_end(allowing, request->now);
	told = object_of(&pass);
	/* It is in force, whether or not that can be told. */
	(void)json_object_set_new(told, "kept", json_boolean(save(allowing)));
	(void)json_object_set_new(told, "listed",
	                          json_boolean(guard_has(allowing->guard, &pass.name)));
	(void)json_array_append_new(lines, told);
	return NULL;
}

/* Copies those that ${wanted} means, which are then to be freed, and says how many. */
static enum fsk_err
find_meant(const struct guard_passes *set, const struct guard_pass *wanted,
           struct guard_pass **found, size_t *count)
{
	struct guard_pass *copies = calloc(guard_passes_count(set) + 1, sizeof(*copies));

	if (copies == NULL)
		return FSK_NOMEM;
	*count = 0;
	for (size_t i = 0; i < guard_passes_count(set); i++) {
		const struct guard_pass *pass = guard_passes_at(set, i);

		if (!span_equal((struct span){pass->name.text, pass->name.len},
		                (struct span){wanted->name.text, wanted->name.len}))
			continue;
		if (wanted->has_client &&
		    !(pass->has_client && pass->client.bits == wanted->client.bits &&
		      address_equal(&pass->client.address, &wanted->client.address)))
			continue;
		copies[(*count)++] = *pass;
	}
	*found = copies;
	return FSK_OK;
}

/* Why there is none that ${wanted} means: one for a name above it may be what was sought.
 */
static const char *
miss(const struct guard_passes *set, const struct guard_pass *wanted,
     struct up_request *request)
{
	for (size_t i = 0; i < guard_passes_count(set); i++) {
		const struct fsk_name *name = &guard_passes_at(set, i)->name;
		const char *tail;

		if (name->len >= wanted->name.len)
			continue;
		tail = &wanted->name.text[wanted->name.len - name->len];
		if (tail[-1] != '.' || memcmp(tail, name->text, name->len) != 0)
			continue;
		snprintf(request->why, sizeof(request->why),
		         "there is no such exception, but one for %s", name->text);
		return request->why;
	}
	return "there is no such exception";
}

const char *
up_allowing_end(struct up_allowing *allowing, struct up_request *request, json_t *lines)
{
	struct guard_pass wanted = {.since = 0};
	const char *why = read_name(request->object, &wanted.name);
	struct guard_pass *found;
	size_t count, ended;

	if (why == NULL)
		why = read_client(request->object, &wanted);
	if (why != NULL)
		return why;
	(void)expire(allowing, request->now);
	if (find_meant(guard_passes(allowing->guard), &wanted, &found, &count) != FSK_OK)
		return up_nomem;
	if (count == 0)
		why = miss(guard_passes(allowing->guard), &wanted, request);
	else if (guard_end_pass(allowing->guard, &wanted.name,
	                        wanted.has_client ? &wanted.client : NULL,
	                        &ended) != FSK_OK)
		why = up_nomem;
	for (size_t i = 0; why == NULL && i < count; i++) {
		log_pass(allowing, "allow-ended", &found[i], &request->uid);
		(void)json_array_append_new(lines, object_of(&found[i]));
	}
	free(found);
	if (why == NULL) {
		(void)save(allowing);
		wait_for_end(allowing, request->now);
	}
	return why;
}

const char *
up_allowing_list(struct up_allowing *allowing, struct up_request *request, json_t *lines)
{
	const struct guard_passes *set = guard_passes(allowing->guard);

	for (size_t i = 0; i < guard_passes_count(set); i++) {
		const struct guard_pass *pass = guard_passes_at(set, i);

		if (pass->until < request->now)
			continue;
		if (json_array_append_new(lines, object_of(pass)) != 0)
			return up_nomem;
	}
	return NULL;
}
