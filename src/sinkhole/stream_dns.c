/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/stream_dns.h"

#define LENGTH 2

/* A question has some hundred octets; more than this is none. */
#define MESSAGE_MOST (SINKHOLE_REQUEST_MOST - LENGTH)

static size_t
length_of(struct span octets)
{
	return (size_t)(uint8_t)octets.text[0] << 8 | (uint8_t)octets.text[1];
}

/* Answers ${message} into ${out}, with the length in front; how many octets. */
static size_t
answer(struct sinkhole_desk *desk, const struct sinkhole_caller *caller,
       struct span message, uint8_t *out)
{
	struct sinkhole_call call = {
	        .octets = (const uint8_t *)message.text,
	        .len = message.len,
	        .stream = true,
	        .peer = caller->peer,
	        .local = caller->local,
	};
	size_t len = sinkhole_dns(desk, &call, out + LENGTH);

	if (len == 0)
		return 0;
	out[0] = (uint8_t)(len >> 8);
	out[1] = (uint8_t)len;
	return len + LENGTH;
}

/* Sends the answers in the first ${len} octets. */
static void
give(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
     struct sinkhole_caller *caller, size_t len)
{
	sinkhole_caller_send(crowd, desk, caller,
	                     (struct span){(const char *)crowd->out, len});
}

/* Lets ${caller} wait for the next question: who asks anew before ten of the fifteen
 * seconds are left to him has that time, then each question buys a little. */
static void
await_next(struct sinkhole_crowd *crowd, struct sinkhole_caller *caller)
{
	int64_t age = net_loop_now(crowd->post->loop) - caller->began_ms;

	sinkhole_crowd_join(crowd, caller,
	                    age <= SINKHOLE_WHOLE_MS - SINKHOLE_HEADER_MS
	                            ? SINKHOLE_LINE_DNS
	                            : SINKHOLE_LINE_ASKING);
}

enum sinkhole_turn
sinkhole_stream_serve(struct sinkhole_crowd *crowd, struct sinkhole_desk *desk,
                      struct sinkhole_caller *caller, struct span octets, size_t *used)
{
	enum sinkhole_turn turn = SINKHOLE_WAIT;
	struct span rest = octets;
	size_t filled = 0;

	while (turn == SINKHOLE_WAIT && rest.len >= LENGTH && caller->rest == NULL) {
		size_t len = length_of(rest);

		if (len > MESSAGE_MOST) {
			sinkhole_count(&desk->tally->rejected[SINKHOLE_MALFORMED]);
			caller->kept = true; /* one contact, one reject */
			turn = SINKHOLE_OVER;
			break;
		}
		if (rest.len - LENGTH < len)
			break;
		filled += answer(desk, caller, (struct span){rest.text + LENGTH, len},
		                 crowd->out + filled);
		rest = span_from(rest, LENGTH + len);
		caller->kept = true;
		if (sizeof(crowd->out) - filled < LENGTH + SINKHOLE_DNS_MOST) {
			give(crowd, desk, caller, filled);
			filled = 0;
		}
	}
	*used = octets.len - rest.len;
	give(crowd, desk, caller, filled);
	if (*used > 0 && turn == SINKHOLE_WAIT)
		await_next(crowd, caller);
	return turn;
}
