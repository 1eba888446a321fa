/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dnstap: each sighting as the answer that the client got (CLIENT_RESPONSE), or as its
 * question where there is none (CLIENT_QUERY), with the policy that was applied: the
 * forecast is its rule, the name that was asked for what it matched; why it is known
 * stands in "extra". An alert is no DNS message, so dnstap takes none.
 */
#include "alert/queue.h"
#include "alert/sink.h"
#include "alert/stream.h"
#include "base/date.h"
#include "net/loop.h"

#include <alert/tap.pb-c.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 16384 /* frames that are queued, and their octets */
#define ROOM ((size_t)8 << 20)

/* Octets of a DNS message, and of the longest frame: two of them and what is said about
 * them, which is what our own reader takes (logs/frames.h). */
#define MESSAGE ((size_t)65535)
#define FRAME ((size_t)192 << 10)

#define RETRY_FILE_US INT64_C(1000000)
#define RETRY_SOCKET_US INT64_C(5000000)

struct tap {
	const struct alert_ground *ground;
	struct alert_queue *queue;
	uint8_t *frame; /* FRAME octets, of the hub's thread */
	char version[64];
	atomic_bool reopen;

	/* Of the sink's thread. */
	struct alert_stream *stream;
	struct alert_entry *taken[ALERT_STREAM_FRAMES];
	int count;   /* of those taken, not written yet */
	bool broken; /* they could not be */
};

/* Octets for protobuf-c, which reads them only; its type has no const. */
static ProtobufCBinaryData
octets_of(const void *octets, size_t len)
{
	union {
		const void *given;
		uint8_t *taken;
	} at = {octets};

	return (ProtobufCBinaryData){len, at.taken};
}

/* The number of dnstap's Policy.Action for ${action}; 0: none. */
static uint32_t
action_of(const char *action)
{
	static const struct {
		const char *word;
		uint32_t number;
	} actions[] = {
	        {"nxdomain", 1}, {"nodata", 2}, {"sinkhole", 6}, {"log", 3}, {"allow", 3},
	};

	for (size_t i = 0; action != NULL && i < sizeof(actions) / sizeof(actions[0]);
	     i++) {
		if (strcmp(actions[i].word, action) == 0)
			return actions[i].number;
	}
	return 0;
}

static void
set_policy(Tap__Policy *policy, const struct alert_sighting *news)
{
	policy->type = (char *)octets_of("foresink", 0).data;
	policy->has_rule = news->sighting.forecast.len > 0;
	policy->rule = octets_of(news->sighting.forecast.text, news->sighting.forecast.len);
	policy->action = action_of(news->action);
	policy->has_action = policy->action != 0;
	policy->has_match = true;
	policy->match = 1; /* QNAME */
	policy->has_value = news->sighting.name.len > 0;
	policy->value = octets_of(news->sighting.name.text, news->sighting.name.len);
}

static void
set_client(Tap__Message *message, const struct sighting *seen)
{
	static const uint32_t transports[] = {
	        [SIGHTING_UDP] = 1,   [SIGHTING_TCP] = 2,  [SIGHTING_TLS] = 3,
	        [SIGHTING_HTTPS] = 4, [SIGHTING_QUIC] = 7,
	};
	const struct sighting_client client = {.address = seen->address};
	bool v4 = address_is_v4(&seen->address);

	message->transport = transports[seen->transport];
	message->has_transport = message->transport != 0;
	message->has_port = seen->port != 0;
	message->port = seen->port;
	if (sighting_is_named(&client))
		return;
	message->has_family = true;
	message->family = v4 ? 1 : 2;
	message->has_client = true;
	message->client = octets_of(seen->address.octets + (v4 ? 12 : 0), v4 ? 4 : 16);
}

/* What was answered, was answered at once: one instant stands for both. */
static void
set_messages(Tap__Message *message, const struct alert_sighting *news)
{
	int64_t second = date_second_of(news->sighting.us);
	uint32_t nanoseconds =
	        (uint32_t)(news->sighting.us % DATE_SECOND + DATE_SECOND) % 1000000 * 1000;
	bool answered = news->answer.len > 0 && news->answer.len <= MESSAGE;

	message->has_type = true;
	message->type = answered ? 6 : 5;
	message->has_seconds = message->has_nanoseconds = second >= 0;
	message->seconds = second >= 0 ? (uint64_t)second : 0;
	message->nanoseconds = nanoseconds;
	if (news->message.len > 0 && news->message.len <= MESSAGE) {
		message->has_question = true;
		message->question = octets_of(news->message.text, news->message.len);
	}
	if (!answered)
		return;
	message->has_answered_seconds = message->has_seconds;
	message->has_answered_nanoseconds = message->has_seconds;
	message->answered_seconds = message->seconds;
	message->answered_nanoseconds = nanoseconds;
	message->has_answer = true;
	message->answer = octets_of(news->answer.text, news->answer.len);
}

static void
tell_tap(void *state, const struct alert_news *news)
{
	Tap__Message message = TAP__MESSAGE__INIT;
	Tap__Policy policy = TAP__POLICY__INIT;
	Tap__Frame frame = TAP__FRAME__INIT;
	struct tap *tap = state;
	const char *host = tap->ground->host;

	set_policy(&policy, news->sighting);
	set_client(&message, &news->sighting->sighting);
	set_messages(&message, news->sighting);
	message.policy = &policy;
	frame.has_identity = host[0] != '\0';
	frame.identity = octets_of(host, strlen(host));
	frame.has_version = true;
	frame.version = octets_of(tap->version, strlen(tap->version));
	frame.has_extra = news->sighting->reason != NULL;
	if (frame.has_extra)
		frame.extra =
		        octets_of(news->sighting->reason, strlen(news->sighting->reason));
	frame.message = &message;
	frame.has_type = true;
	frame.type = 1;
	if (tap__frame__get_packed_size(&frame) > FRAME) {
		atomic_fetch_add(&tap->ground->counts->lost, 1);
		return;
	}
	alert_queue_put(tap->queue, (struct span){(const char *)tap->frame,
	                                          tap__frame__pack(&frame, tap->frame)});
}

/* Lets go of the frames that were taken: they are written, or lost. */
static void
let_go(struct tap *tap, bool told)
{
	for (int i = 0; i < tap->count; i++)
		free(tap->taken[i]);
	alert_queue_done(tap->queue, (size_t)tap->count, told);
	tap->count = 0;
}

/* Writes the frames that were taken; says it when that fails first, and when it works
 * again. */
static bool
write_taken(struct tap *tap)
{
	const char *target = tap->ground->setting->target;
	struct iovec frames[ALERT_STREAM_FRAMES];

	for (int i = 0; i < tap->count; i++)
		frames[i] = (struct iovec){tap->taken[i]->text, tap->taken[i]->len};
	if (!alert_stream_write(tap->stream, frames, tap->count)) {
		const char *why = strerror(errno);

		atomic_fetch_add(&tap->ground->counts->failed, 1);
		if (!tap->broken)
			alert_say(tap->ground, target,
			          "takes no frames; up to 8 MiB are kept, the rest is lost",
			          why);
		tap->broken = true;
		return false;
	}
	if (tap->broken)
		alert_say(tap->ground, target, "takes frames again", NULL);
	tap->broken = false;
	let_go(tap, true);
	return true;
}

static void
reopen_stream(struct tap *tap)
{
	if (alert_stream_reopen(tap->stream) != FSK_OK)
		alert_say(tap->ground, tap->ground->setting->target,
		          "cannot be opened anew; the old file is written on",
		          strerror(errno));
}

static void
take_frames(struct tap *tap)
{
	while (tap->count < ALERT_STREAM_FRAMES) {
		struct alert_entry *entry = alert_queue_take(tap->queue, FRAME);

		if (entry == NULL)
			return;
		tap->taken[tap->count++] = entry;
	}
}

static void *
run(void *context)
{
	struct tap *tap = context;
	int64_t retry_us =
	        alert_stream_is_socket(tap->stream) ? RETRY_SOCKET_US : RETRY_FILE_US;

	for (;;) {
		bool ends;

		if (tap->count == 0)
			(void)alert_queue_wait(tap->queue, 1, INT64_MAX);
		ends = alert_queue_ends(tap->queue, NULL);
		if (atomic_exchange(&tap->reopen, false))
			reopen_stream(tap);
		if (tap->count == 0)
			take_frames(tap);
		if (tap->count > 0 && !write_taken(tap)) {
			if (ends)
				break;
			(void)alert_queue_wait(tap->queue, SIZE_MAX,
			                       net_monotonic_us() + retry_us);
		} else if (ends && tap->count == 0 &&
		           alert_queue_wait(tap->queue, 1, 0) == 0) {
			break;
		}
	}
	return NULL;
}

static void
close_tap(void *state)
{
	struct tap *tap = state;

	if (tap->queue != NULL) {
		alert_queue_join(tap->queue);
		alert_stream_free(tap->stream);
		let_go(tap, false);
		alert_queue_free(tap->queue);
	}
	free(tap->frame);
	free(tap);
}

static enum fsk_err
check_tap(const char *target)
{
	return alert_stream_fits(target) ? FSK_OK : FSK_SYNTAX;
}

static enum fsk_err
open_tap(const struct alert_ground *ground, void **state)
{
	struct tap *tap = calloc(1, sizeof(*tap));
	enum fsk_err err = FSK_NOMEM;
	int error;

	if (tap == NULL)
		return FSK_NOMEM;
	tap->ground = ground;
	atomic_init(&tap->reopen, false);
	(void)snprintf(tap->version, sizeof(tap->version), "foresink %.40s",
	               ground->version);
	tap->frame = malloc(FRAME);
	if (tap->frame != NULL)
		err = alert_queue_new(MOST, ROOM, ground->counts, &tap->queue);
	if (err == FSK_OK)
		err = alert_stream_new(ground->setting->target, ground->owner, tap->queue,
		                       &tap->stream);
	if (err != FSK_OK) {
		error = errno;
		close_tap(tap);
		errno = error;
		return err;
	}
	*state = tap;
	return FSK_OK;
}

static enum fsk_err
start_tap(void *state)
{
	struct tap *tap = state;

	return alert_queue_start(tap->queue, run, tap);
}

static void
reopen_tap(void *state)
{
	struct tap *tap = state;

	atomic_store(&tap->reopen, true);
	alert_queue_wake(tap->queue);
}

static void
end_tap(void *state, int64_t until_us)
{
	struct tap *tap = state;

	alert_queue_end(tap->queue, until_us);
}

const struct alert_sink alert_sink_dnstap = {
        .name = "dnstap",
        .way = ALERT_DNSTAP,
        .takes_alerts = false,
        .wants_lines = false,
        .check = check_tap,
        .open = open_tap,
        .start = start_tap,
        .tell = tell_tap,
        .reopen = reopen_tap,
        .end = end_tap,
        .close = close_tap,
};
