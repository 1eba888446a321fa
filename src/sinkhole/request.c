/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/request.h"

#include "base/ascii.h"

/* Octets of the longest method: those of the IANA registry have 17 at most, and what is
 * longer is no word that somebody sends on purpose. */
#define METHOD_MOST 32

/* Octets of empty lines in front of a request (RFC 9112 section 2.2). */
#define EMPTY_MOST 16

/* Letters of the longest name of a protocol in front of its version. */
#define PROTOCOL_MOST 8

/* Where reading stands; what is told stands behind DONE. */
enum phase { START, METHOD, LINE, FIELDS, DONE };

/* A character of a token (RFC 9110 section 5.6.2). */
static bool
is_token(char c)
{
	return ascii_alpha(c) || ascii_digit(c) ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_end(char c)
{
	return c == '\r' || c == '\n';
}

static struct span
trim(struct span text)
{
	while (text.len > 0 && (is_blank(text.text[0]) || is_end(text.text[0])))
		text = span_from(text, 1);
	while (text.len > 0 &&
	       (is_blank(text.text[text.len - 1]) || is_end(text.text[text.len - 1])))
		text.len--;
	return text;
}

/* Whether ${text} is ${word} (lower case), in any case; and whether it begins so. */
static bool
begins(struct span text, const char *word)
{
	size_t i = 0;

	while (i < text.len && word[i] != '\0' && ascii_to_lower(text.text[i]) == word[i])
		i++;
	return word[i] == '\0';
}

static bool
equals(struct span text, const char *word)
{
	return text.len == strlen(word) && begins(text, word);
}

/* Whether ${word} is a protocol with its version, not only of HTTP: "RTSP/1.0". */
static bool
is_version(struct span word)
{
	size_t i = 0;

	while (i < word.len && i < PROTOCOL_MOST && ascii_alpha(word.text[i]))
		i++;
	if (i == 0 || word.len < i + 2 || word.text[i] != '/' ||
	    !ascii_digit(word.text[i + 1]))
		return false;
	for (i += 2; i < word.len; i++) {
		if (!ascii_digit(word.text[i]) && word.text[i] != '.')
			return false;
	}
	return true;
}

/* Takes the request line apart: a method, a blank, and of the rest the last word if it is a
 * version. Blanks in the target are its own. */
static void
split(struct span line, struct sinkhole_request *request)
{
	struct span rest, word;
	size_t at = 0;

	while (at < line.len && !is_blank(line.text[at]))
		at++;
	request->line = line;
	request->method = (struct span){line.text, at};
	rest = trim(span_from(line, at));
	for (at = rest.len; at > 0 && !is_blank(rest.text[at - 1]);)
		at--;
	word = span_from(rest, at);
	request->version = span_from(rest, rest.len);
	if (is_version(word)) {
		request->version = word;
		rest.len = at;
	}
	request->target = trim(rest);
}

/* Whether ${line}, which begins with a method and a blank, asks for something: it has a
 * version, or could be of HTTP/0.9 (RFC 1945 section 5). Other protocols begin their lines
 * with a word and a blank too ("NICK bot"). */
static bool
asks(struct span line, bool *versioned)
{
	struct sinkhole_request request;

	split(line, &request);
	*versioned = request.version.len > 0;
	return *versioned || equals(request.method, "get") || begins(request.target, "/") ||
	       begins(request.target, "http://") || begins(request.target, "https://");
}

/* Whether ${line} is a header field, at least its beginning: a name without control
 * characters, a colon. */
static bool
is_field(struct span line)
{
	size_t at = 0;

	while (at < line.len && line.text[at] != ':') {
		unsigned char c = (unsigned char)line.text[at++];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return at > 0 && at < line.len;
}

/* The line of ${octets} from ${start} to ${end}, where its LF stands. */
static struct span
line_of(struct span octets, size_t start, size_t end)
{
	if (end > start && octets.text[end - 1] == '\r')
		end--;
	return (struct span){octets.text + start, end - start};
}

/* Where the next LF in ${octets} is; its length: none yet, all of it was seen. */
static size_t
find_end(struct sinkhole_reader *reader, struct span octets)
{
	const char *end =
	        memchr(octets.text + reader->seen, '\n', octets.len - reader->seen);

	reader->seen =
	        end != NULL ? (uint32_t)(end - octets.text) + 1 : (uint32_t)octets.len;
	return end != NULL ? reader->seen - 1 : octets.len;
}

/* Whether ${octets} begin TLS: a handshake record of its version 3, or a hello in the form
 * of SSL 2 that offers it or SSL 2 itself (RFC 5246 appendix E.2). */
static enum sinkhole_state
tell_hello(struct span octets)
{
	static const enum sinkhole_state no = SINKHOLE_STRANGE;
	const unsigned char *at = (const unsigned char *)octets.text;

	if (at[0] == 0x16) {
		if (octets.len < 2)
			return SINKHOLE_MORE;
		return at[1] == 3 ? SINKHOLE_HELLO : no;
	}
	if (octets.len > 2 && at[2] != 1)
		return no;
	if (octets.len > 3 && at[3] != 3 && at[3] != 0)
		return no;
	if (octets.len < 5)
		return SINKHOLE_MORE;
	return at[3] == 3 || at[4] == 2 ? SINKHOLE_HELLO : no;
}

static enum sinkhole_state
read_start(struct sinkhole_reader *reader, struct span octets)
{
	while (reader->seen < octets.len && is_end(octets.text[reader->seen])) {
		uint32_t next = reader->seen + 1;

		if (octets.text[reader->seen] == '\r') {
			if (next == octets.len)
				return SINKHOLE_MORE;
			if (octets.text[next++] != '\n')
				return SINKHOLE_STRANGE;
		}
		if (next > EMPTY_MOST)
			return SINKHOLE_STRANGE;
		reader->seen = next;
	}
	reader->line = reader->seen;
	if (reader->seen == octets.len)
		return SINKHOLE_MORE;
	if (reader->seen == 0 && (octets.text[0] == 0x16 || (octets.text[0] & 0x80) != 0))
		return tell_hello(octets);
	reader->state = METHOD;
	return SINKHOLE_MORE;
}

static enum sinkhole_state
read_method(struct sinkhole_reader *reader, struct span octets)
{
	while (reader->seen < octets.len && is_token(octets.text[reader->seen])) {
		if (++reader->seen - reader->line > METHOD_MOST)
			return SINKHOLE_STRANGE;
	}
	if (reader->seen == octets.len)
		return SINKHOLE_MORE;
	if (reader->seen == reader->line || !is_blank(octets.text[reader->seen]))
		return SINKHOLE_STRANGE;
	reader->state = LINE;
	return SINKHOLE_MORE;
}

/* What a line without an end is, of which no more will be read. */
static enum sinkhole_state
cut_line(const struct sinkhole_reader *reader, struct span octets,
         enum sinkhole_state versioned, enum sinkhole_state simple)
{
	bool has;

	if (!asks(line_of(octets, reader->line, reader->seen), &has))
		return SINKHOLE_STRANGE;
	return has ? versioned : simple;
}

static enum sinkhole_state
read_line(struct sinkhole_reader *reader, struct span octets)
{
	size_t end = find_end(reader, octets);
	bool versioned;

	if (end == octets.len) {
		if (octets.len < SINKHOLE_REQUEST_MOST)
			return SINKHOLE_MORE;
		return cut_line(reader, octets, SINKHOLE_TOO_LONG, SINKHOLE_TOO_LONG);
	}
	if (!asks(line_of(octets, reader->line, end), &versioned))
		return SINKHOLE_STRANGE;
	reader->fields_at = reader->line = reader->seen;
	reader->state = FIELDS;
	return versioned ? SINKHOLE_MORE : SINKHOLE_REQUEST;
}

static enum sinkhole_state
read_fields(struct sinkhole_reader *reader, struct span octets)
{
	for (;;) {
		size_t end = find_end(reader, octets);
		struct span line;

		if (end == octets.len) {
			if (octets.len < SINKHOLE_REQUEST_MOST)
				return SINKHOLE_MORE;
			reader->line = reader->seen;
			return SINKHOLE_TOO_LONG;
		}
		line = line_of(octets, reader->line, end);
		if (line.len == 0)
			return SINKHOLE_REQUEST;
		if (!is_blank(*line.text) && !is_field(line))
			return SINKHOLE_BROKEN;
		reader->line = reader->seen;
	}
}

/* What there is when nothing will come any more. */
static enum sinkhole_state
read_end(struct sinkhole_reader *reader, struct span octets)
{
	if (reader->state == LINE)
		return cut_line(reader, octets, SINKHOLE_BROKEN, SINKHOLE_REQUEST);
	if (reader->state != FIELDS)
		return SINKHOLE_STRANGE;
	reader->line = reader->seen;
	return SINKHOLE_BROKEN;
}

/* Puts the value of field ${name} where it is looked for, if it is the first. */
static void
take_field(struct sinkhole_request *request, struct span name, struct span value)
{
	struct {
		const char *name;
		struct span *value;
	} wanted[] = {
	        {"host", &request->host},
	        {"user-agent", &request->agent},
	        {"referer", &request->referrer},
	        {"via", &request->via},
	        {"x-forwarded-for", &request->forwarded},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (wanted[i].value->text == NULL && equals(name, wanted[i].name)) {
			*wanted[i].value = value;
			return;
		}
	}
	if (equals(name, "transfer-encoding")) {
		request->body = true;
	} else if (equals(name, "content-length")) {
		while (value.len > 0 && *value.text == '0')
			value = span_from(value, 1);
		request->body = request->body || value.len > 0;
	}
}

/* Takes a line off ${rest}, with all that are folded onto it, and without its end. */
static struct span
take_line(struct span *rest)
{
	struct span line = *rest;
	const char *end;
	size_t len = 0;

	do {
		end = memchr(line.text + len, '\n', line.len - len);
		len = end != NULL ? (size_t)(end - line.text) + 1 : line.len;
	} while (len < line.len && is_blank(line.text[len]));
	line.len = len;
	*rest = span_from(*rest, len);
	return line;
}

static void
read_values(struct sinkhole_request *request)
{
	struct span rest = request->fields;

	while (rest.len > 0) {
		struct span line = take_line(&rest);
		const char *colon = memchr(line.text, ':', line.len);
		size_t at;

		/* What is folded onto the request line is no field. */
		if (colon == NULL || is_blank(*line.text))
			continue;
		at = (size_t)(colon - line.text);
		if (++request->count <= SINKHOLE_FIELDS_MOST)
			take_field(request, trim((struct span){line.text, at}),
			           trim(span_from(line, at + 1)));
	}
}

/* Says what was read: places in ${octets}, which may have moved meanwhile. */
static void
fill(const struct sinkhole_reader *reader, struct span octets,
     struct sinkhole_request *request)
{
	size_t start = 0, end = reader->fields_at;

	while (start < octets.len && is_end(octets.text[start]))
		start++;
	*request = (struct sinkhole_request){.count = 0};
	split(line_of(octets, start, end > 0 ? end - 1 : reader->seen), request);
	if (end > 0)
		request->fields = (struct span){octets.text + end, reader->line - end};
	read_values(request);
}

enum sinkhole_state
sinkhole_request_read(struct sinkhole_reader *reader, struct span octets, bool ended,
                      struct sinkhole_request *request)
{
	static enum sinkhole_state (*const steps[])(struct sinkhole_reader *,
	                                            struct span) = {
	        [START] = read_start,
	        [METHOD] = read_method,
	        [LINE] = read_line,
	        [FIELDS] = read_fields,
	};
	enum sinkhole_state state = SINKHOLE_MORE;

	if (octets.len > SINKHOLE_REQUEST_MOST)
		octets.len = SINKHOLE_REQUEST_MOST;
	while (reader->state < DONE && state == SINKHOLE_MORE) {
		uint8_t phase = reader->state;

		state = steps[phase](reader, octets);
		if (state == SINKHOLE_MORE && reader->state == phase)
			break;
	}
	if (reader->state < DONE && state == SINKHOLE_MORE && ended)
		state = read_end(reader, octets);
	if (reader->state >= DONE)
		state = (enum sinkhole_state)(reader->state - DONE);
	else if (state != SINKHOLE_MORE)
		reader->state = (uint8_t)(DONE + (int)state);
	if (state == SINKHOLE_REQUEST || state == SINKHOLE_TOO_LONG ||
	    state == SINKHOLE_BROKEN)
		fill(reader, octets, request);
	return state;
}
