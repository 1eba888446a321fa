/* SPDX-License-Identifier: BSD-2-Clause
 *
 * webhook: alerts, or sightings, as {"alerts":[...]} by POST, a hundred at a time or what
 * five seconds brought, from a thread of its own. What the server does not take is tried
 * again, at first after a second and in the end after five minutes, or when the server
 * says; meanwhile so many wait as there is room for, and newer ones are lost. What it
 * refuses for what it is (400, 413, 415, 422) would be refused again, and is lost.
 */
#include "alert/queue.h"
#include "alert/sink.h"
#include "net/loop.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 10000 /* that wait, and their octets */
#define ROOM ((size_t)8 << 20)

#define BATCH 100
#define BATCH_US INT64_C(5000000)
#define BODY ((size_t)1 << 20) /* octets of the largest request */

#define TIMEOUT_MS 10000
#define BACKOFF_FIRST_US INT64_C(1000000)
#define BACKOFF_MOST_US INT64_C(300000000)
#define RETRY_AFTER_MOST 3600 /* seconds; a server cannot silence us for longer */

/* Octets of "Foresink-Signature: t=SECONDS,v1=HEX" and its NUL. */
#define SIGNATURE 128

enum outcome {
	TAKEN,
	REFUSED, /* for what it is */
	FAILED   /* try again */
};

struct hook {
	const struct alert_ground *ground;
	struct alert_queue *queue;
	char place[300]; /* scheme and host of the URL: the rest may be a secret */
	bool tls;
	bool global; /* curl_global_init() was done */
	CURLM *multi;
	CURL *easy;

	/* Of the sink's thread. */
	size_t count; /* entries in the body */
	size_t len;
	char *body; /* BODY octets */
	int64_t backoff_us;
	int64_t server_us; /* that the server asked to wait */
	bool broken;
	char why[160];
};

/* Whether ${address} is of this host or of a private network (RFC 1918, RFC 4193), where
 * plain HTTP may do. */
static bool
is_near(const struct address *address)
{
	static const uint8_t loopback[16] = {[15] = 1};
	const uint8_t *octets = address->octets;

	if (!address_is_v4(address))
		return memcmp(octets, loopback, sizeof(loopback)) == 0 ||
		       (octets[0] & 0xfe) == 0xfc;
	octets += 12;
	return octets[0] == 127 || octets[0] == 10 ||
	       (octets[0] == 172 && (octets[1] & 0xf0) == 16) ||
	       (octets[0] == 192 && octets[1] == 168);
}

/* Takes from ${url} what is needed here, without looking its host up. */
static enum fsk_err
read_parts(struct hook *hook, const char *scheme, const char *host)
{
	struct address address;

	hook->tls = strcmp(scheme, "https") == 0;
	(void)snprintf(hook->place, sizeof(hook->place), "%s://%s", scheme, host);
	if (hook->tls)
		return FSK_OK;
	if (strcmp(scheme, "http") != 0 ||
	    address_read(span_of(host), &address) != FSK_OK || !is_near(&address))
		return FSK_SYNTAX;
	return FSK_OK;
}

static enum fsk_err
read_target(struct hook *hook, const char *target)
{
	char *scheme = NULL, *host = NULL;
	CURLU *url = curl_url();
	enum fsk_err err = FSK_SYNTAX;
	CURLUcode code;

	if (url == NULL)
		return FSK_NOMEM;
	/* Not CURLU_GUESS_SCHEME: a URL without one is none. */
	code = curl_url_set(url, CURLUPART_URL, target, 0);
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_HOST, &host, 0);
	if (code == CURLUE_OUT_OF_MEMORY)
		err = FSK_NOMEM;
	else if (code == CURLUE_OK)
		err = read_parts(hook, scheme, host);
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(url);
	return err;
}

static enum fsk_err
check_hook(const char *target)
{
	struct hook hook = {.len = 0};

	return read_target(&hook, target);
}

/* The answer's body says nothing that we could use. */
static size_t
pass_over(char *octets, size_t size, size_t count, void *context)
{
	(void)octets;
	(void)context;
	return size * count;
}

/* Sets what is the same for all requests. The options' types are checked by curl's own
 * macros. */
static bool
set_constants(const struct hook *hook)
{
	const struct alert_sink_setting *setting = hook->ground->setting;
	CURL *easy = hook->easy;
	char agent[64];
	bool set;

	(void)snprintf(agent, sizeof(agent), "foresink/%.40s", hook->ground->version);
	set = curl_easy_setopt(easy, CURLOPT_URL, setting->target) == CURLE_OK &&
	      curl_easy_setopt(easy, CURLOPT_USERAGENT, agent) == CURLE_OK &&
	      curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, hook->tls ? "https" : "http") ==
	              CURLE_OK &&
	      curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	      curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
	              CURLE_OK;
	if (set && setting->authorities != NULL)
		set = curl_easy_setopt(easy, CURLOPT_CAINFO, setting->authorities) ==
		              CURLE_OK &&
		      curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Whoever closes does not wait for a resolver that is silent. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, pass_over);
	return set;
}

static void
close_hook(void *state)
{
	struct hook *hook = state;

	if (hook->queue != NULL) {
		alert_queue_join(hook->queue);
		alert_queue_done(hook->queue, hook->count, false);
		alert_queue_free(hook->queue);
	}
	curl_easy_cleanup(hook->easy);
	curl_multi_cleanup(hook->multi);
	if (hook->global)
		curl_global_cleanup();
	free(hook->body);
	free(hook);
}

static enum fsk_err
open_hook(const struct alert_ground *ground, void **state)
{
	struct hook *hook = calloc(1, sizeof(*hook));
	enum fsk_err err;

	if (hook == NULL)
		return FSK_NOMEM;
	hook->ground = ground;
	err = read_target(hook, ground->setting->target);
	if (err == FSK_OK)
		err = alert_queue_new(MOST, ROOM, ground->counts, &hook->queue);
	if (err == FSK_OK && (hook->body = malloc(BODY)) == NULL)
		err = FSK_NOMEM;
	if (err != FSK_OK) {
		close_hook(hook);
		return err;
	}
	*state = hook;
	return FSK_OK;
}

static void
tell_hook(void *state, const struct alert_news *news)
{
	struct hook *hook = state;
	struct span object = news->line;

	object.len--; /* without its LF */
	alert_queue_put(hook->queue, object);
}

static void
add(struct hook *hook, struct span octets)
{
	memcpy(hook->body + hook->len, octets.text, octets.len);
	hook->len += octets.len;
}

/* Makes a body of what waits, at least one entry; false when it is to end, and nothing
 * waits any more. */
static bool
gather(struct hook *hook)
{
	const bool sightings = hook->ground->setting->sightings;
	struct alert_entry *entry;

	while (alert_queue_wait(hook->queue, 1, INT64_MAX) == 0) {
		if (alert_queue_ends(hook->queue, NULL))
			return false;
	}
	(void)alert_queue_wait(hook->queue, BATCH, net_monotonic_us() + BATCH_US);
	hook->len = 0;
	add(hook, span_of(sightings ? "{\"sightings\":[" : "{\"alerts\":["));
	while (hook->count < BATCH) {
		/* A comma, and what ends the body. */
		entry = alert_queue_take(hook->queue, BODY - hook->len - 3);
		if (entry == NULL)
			break;
		if (hook->count++ > 0)
			add(hook, span_of(","));
		add(hook, (struct span){entry->text, entry->len});
		free(entry);
	}
	add(hook, span_of("]}"));
	return true;
}

/* Writes the header that signs the body: HMAC-SHA256 over the second and the body, so that
 * what was sent once cannot be sent again later by another. */
static void
sign(const struct hook *hook, char header[SIGNATURE])
{
	struct span secret = hook->ground->setting->secret;
	unsigned char digest[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char hex[2 * sizeof(digest) + 1];
	char second[24];

	(void)snprintf(second, sizeof(second), "%" PRId64 ".", net_clock());
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.text, secret.len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)second,
	                              strlen(second));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)hook->body, hook->len);
	crypto_auth_hmacsha256_final(&state, digest);
	sodium_memzero(&state, sizeof(state));
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	(void)snprintf(header, SIGNATURE, "Foresink-Signature: t=%.*s,v1=%s",
	               (int)strlen(second) - 1, second, hex);
}

/* Adds ${line} to ${headers}; NULL, and nothing is kept, when there is no memory. */
static struct curl_slist *
add_header(struct curl_slist *headers, const char *line)
{
	struct curl_slist *longer = curl_slist_append(headers, line);

	if (longer == NULL)
		curl_slist_free_all(headers);
	return longer;
}

/* The headers of a request. It is not asked first whether the body is welcome. */
static struct curl_slist *
make_headers(const struct hook *hook)
{
	struct curl_slist *headers = add_header(NULL, "Content-Type: application/json");
	char signature[SIGNATURE];

	if (headers != NULL)
		headers = add_header(headers, "Expect:");
	if (headers != NULL && hook->ground->setting->secret.len > 0) {
		sign(hook, signature);
		headers = add_header(headers, signature);
	}
	return headers;
}

/* Milliseconds that are left until ${until_us}, or until the end, whichever is first; as
 * long as a request may take, if it is more. */
static int
time_left(const struct hook *hook, int64_t until_us)
{
	int64_t ends_us, left_us;

	if (alert_queue_ends(hook->queue, &ends_us) && ends_us < until_us)
		until_us = ends_us;
	left_us = until_us - net_monotonic_us();
	if (left_us > TIMEOUT_MS * INT64_C(1000))
		return TIMEOUT_MS;
	return left_us > 0 ? (int)(left_us / 1000) : 0;
}

/* Runs the request that is in the multi handle. The end of the daemon cuts it short. */
static CURLcode
transfer(struct hook *hook)
{
	int64_t until_us = net_monotonic_us() + (TIMEOUT_MS + 1000) * INT64_C(1000);
	int running = 1, left;

	while (running > 0) {
		const CURLMsg *said;

		if (curl_multi_perform(hook->multi, &running) != CURLM_OK)
			return CURLE_OUT_OF_MEMORY;
		said = curl_multi_info_read(hook->multi, &left);
		if (said != NULL && said->msg == CURLMSG_DONE)
			return said->data.result;
		left = time_left(hook, until_us);
		if (left == 0 ||
		    curl_multi_poll(hook->multi, NULL, 0, left, NULL) != CURLM_OK)
			break;
	}
	return CURLE_OPERATION_TIMEDOUT;
}

/* What the answer ${status} means. */
static enum outcome
judge(struct hook *hook, long status)
{
	curl_off_t after = 0;

	if (status >= 200 && status < 300)
		return TAKEN;
	(void)snprintf(hook->why, sizeof(hook->why), "it answered %ld", status);
	if (status == 400 || status == 413 || status == 415 || status == 422)
		return REFUSED;
	if (curl_easy_getinfo(hook->easy, CURLINFO_RETRY_AFTER, &after) == CURLE_OK &&
	    after > 0)
		hook->server_us = (after < RETRY_AFTER_MOST ? after : RETRY_AFTER_MOST) *
		                  INT64_C(1000000);
	return FAILED;
}

/* Sends the body once. */
static enum outcome
post(struct hook *hook)
{
	struct curl_slist *headers;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long status = 0;

	hook->server_us = 0;
	(void)snprintf(hook->why, sizeof(hook->why), "there is no time left");
	if (time_left(hook, INT64_MAX) == 0)
		return FAILED;
	headers = make_headers(hook);
	curl_easy_setopt(hook->easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(hook->easy, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
	curl_easy_setopt(hook->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)hook->len);
	curl_easy_setopt(hook->easy, CURLOPT_POSTFIELDS, hook->body);
	if (headers != NULL && curl_multi_add_handle(hook->multi, hook->easy) == CURLM_OK) {
		code = transfer(hook);
		(void)curl_easy_getinfo(hook->easy, CURLINFO_RESPONSE_CODE, &status);
		(void)curl_multi_remove_handle(hook->multi, hook->easy);
	}
	curl_easy_setopt(hook->easy, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	if (code == CURLE_OK)
		return judge(hook, status);
	(void)snprintf(hook->why, sizeof(hook->why), "%s", curl_easy_strerror(code));
	return FAILED;
}

/* How long to wait before the body is sent again: twice as long each time, less up to half
 * of it by chance, so that not all who were refused together come again together. */
static int64_t
next_wait(struct hook *hook)
{
	int64_t wait_us = hook->backoff_us > 0 ? hook->backoff_us : BACKOFF_FIRST_US;

	hook->backoff_us = wait_us < BACKOFF_MOST_US / 2 ? wait_us * 2 : BACKOFF_MOST_US;
	wait_us -= randombytes_uniform((uint32_t)(wait_us / 2));
	return wait_us > hook->server_us ? wait_us : hook->server_us;
}

/* The body was taken, or never will be. */
static void
forget_body(struct hook *hook, enum outcome outcome)
{
	if (outcome == REFUSED)
		alert_say(hook->ground, hook->place,
		          "refuses what it is told, which is lost", hook->why);
	else if (hook->broken)
		alert_say(hook->ground, hook->place, "takes what it is told again", NULL);
	hook->broken = false;
	hook->backoff_us = 0;
	alert_queue_done(hook->queue, hook->count, outcome == TAKEN);
	hook->count = 0;
}

/* Sends the body until it is taken or refused; false when it has to end before. */
static bool
deliver(struct hook *hook)
{
	for (;;) {
		bool ends = alert_queue_ends(hook->queue, NULL);
		enum outcome outcome = post(hook);

		if (outcome != FAILED) {
			forget_body(hook, outcome);
			return true;
		}
		atomic_fetch_add(&hook->ground->counts->failed, 1);
		if (!hook->broken)
			alert_say(hook->ground, hook->place,
			          "does not take what it is told; it is tried again",
			          hook->why);
		hook->broken = true;
		if (ends)
			return false;
		(void)alert_queue_wait(hook->queue, SIZE_MAX,
		                       net_monotonic_us() + next_wait(hook));
	}
}

static void *
run(void *context)
{
	struct hook *hook = context;

	while (gather(hook) && deliver(hook))
		continue;
	return NULL;
}

static enum fsk_err
start_hook(void *state)
{
	struct hook *hook = state;

	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return FSK_NOMEM;
	hook->global = true;
	hook->multi = curl_multi_init();
	hook->easy = curl_easy_init();
	if (hook->multi == NULL || hook->easy == NULL || !set_constants(hook))
		return FSK_NOMEM;
	return alert_queue_start(hook->queue, run, hook);
}

static void
end_hook(void *state, int64_t until_us)
{
	struct hook *hook = state;

	alert_queue_end(hook->queue, until_us);
	if (hook->multi != NULL)
		(void)curl_multi_wakeup(hook->multi);
}

const struct alert_sink alert_sink_webhook = {
        .name = "webhook",
        .way = ALERT_WEBHOOK,
        .takes_alerts = true,
        .wants_lines = true,
        .check = check_hook,
        .open = open_hook,
        .start = start_hook,
        .tell = tell_hook,
        .end = end_hook,
        .close = close_hook,
};
