/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch/request.h"

#include "base/address.h"
#include "base/ascii.h"

static const struct span nothing = {"", 0};

/* ${field}, or nothing when the log says that it does not know it. */
static struct span
known(struct span field)
{
	return field.len == 1 && *field.text == '-' ? nothing : field;
}

/* Where in ${text} the first of ${stops} is; its length when there is none. */
static size_t
find_any(struct span text, const char *stops)
{
	size_t end = text.len;

	for (; *stops != '\0' && end > 0; stops++) {
		const char *at = memchr(text.text, *stops, end);

		if (at != NULL)
			end = (size_t)(at - text.text);
	}
	return end;
}

/* Whether ${text} begins with ${front} (lower case), in any case. */
static bool
begins(struct span text, const char *front)
{
	size_t len = strlen(front);

	if (text.len < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (ascii_to_lower(text.text[i]) != front[i])
			return false;
	}
	return true;
}

/* Takes "http://" off ${target}; false when it is no such URL. Other schemes are
 * none here: no fingerprint is of them. */
static bool
take_scheme(struct span *target)
{
	static const char scheme[] = "http://";

	if (!begins(*target, scheme))
		return false;
	*target = span_from(*target, sizeof(scheme) - 1);
	return true;
}

struct span
watch_request_host(const struct watch_request *request)
{
	struct span host = request->target;
	size_t end;

	if (!take_scheme(&host))
		return known(request->host);
	host.len = find_any(host, "/?#");
	while ((end = find_any(host, "@")) < host.len) /* "user:password@" */
		host = span_from(host, end + 1);
	if (host.len > 0 && *host.text == '[') {
		host = span_from(host, 1);
		host.len = find_any(host, "]");
	} else {
		host.len = find_any(host, ":");
	}
	return host;
}

struct span
watch_request_path(const struct watch_request *request)
{
	struct span path = request->target;

	if (!take_scheme(&path))
		return path;
	path = span_from(path, find_any(path, "/?#"));
	return path.len > 0 ? path : span_of("/");
}

bool
watch_request_gets(const struct watch_request *request)
{
	struct span version = known(request->version);

	return span_equal(request->method, span_of("GET")) &&
	       (version.len == 0 || span_equal(version, span_of("HTTP/1.0")) ||
	        span_equal(version, span_of("HTTP/1.1")));
}

bool
watch_request_refers(const struct watch_request *request)
{
	return known(request->referrer).len > 0;
}

bool
watch_request_nameless(const struct watch_request *request)
{
	struct span host = watch_request_host(request);
	struct address address;

	return host.len == 0 || address_read(host, &address) == FSK_OK;
}

bool
watch_request_asks(const struct watch_request *request, const char *name)
{
	struct span host = watch_request_host(request);

	if (host.len > 0 && host.text[host.len - 1] == '.')
		host.len--;
	return host.len == strlen(name) && begins(host, name);
}

bool
watch_request_has_agent(const struct watch_request *request)
{
	return known(request->agent).len > 0;
}

bool
watch_request_msie(const struct watch_request *request)
{
	static const char mark[] = "MSIE";
	static const size_t len = sizeof(mark) - 1;
	struct span agent = request->agent;

	if (!begins(agent, "mozilla/"))
		return false;
	for (; agent.len >= len + 2; agent = span_from(agent, 1)) {
		/* IIS writes '+' for a blank. */
		if (memcmp(agent.text, mark, len) == 0 &&
		    (agent.text[len] == ' ' || agent.text[len] == '+') &&
		    ascii_digit(agent.text[len + 1]))
			return true;
	}
	return false;
}

/* Whether ${text} begins with one of ${fronts}. */
static bool
begins_any(struct span text, const char *const *fronts)
{
	char first = text.len > 0 ? ascii_to_lower(*text.text) : '\0';

	for (; *fronts != NULL; fronts++) {
		if (**fronts == first && begins(text, *fronts))
			return true;
	}
	return false;
}

/* A bit for ${c}, the same for both cases: of 32, some octets share one. */
static uint32_t
bit_of(char c)
{
	return UINT32_C(1) << ((unsigned char)c & 31);
}

bool
watch_request_says(const struct watch_request *request, const char *const *words)
{
	struct span agent = request->agent;
	bool inside = false; /* a word */
	uint32_t firsts = 0; /* octets with which one of words begins */

	for (const char *const *word = words; *word != NULL; word++)
		firsts |= bit_of(**word);
	for (size_t i = 0; i < agent.len; i++) {
		char c = agent.text[i];
		bool part = ascii_alpha(c) || ascii_digit(c);

		if (part && !inside && (firsts & bit_of(c)) != 0 &&
		    begins_any(span_from(agent, i), words))
			return true;
		inside = part;
	}
	return false;
}

bool
watch_request_tries(const struct watch_request *request, const char *const *fronts)
{
	return begins_any(watch_request_path(request), fronts);
}

bool
watch_request_counts(const struct watch_request *request, const char *front,
                     const char *back, int64_t *counter)
{
	struct span path = watch_request_path(request);
	size_t len = strlen(front);
	int64_t number = 0;
	size_t digits = 0;

	if (path.len < len || memcmp(path.text, front, len) != 0)
		return false;
	path = span_from(path, len);
	for (; digits < path.len && ascii_digit(path.text[digits]); digits++) {
		number = number * 10 + (path.text[digits] - '0');
		if (number > INT32_MAX)
			return false;
	}
	if (digits == 0 || (digits > 1 && *path.text == '0') ||
	    !span_equal(span_from(path, digits), span_of(back)))
		return false;
	*counter = number;
	return true;
}
