/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/config.h"

#include "base/ascii.h"
#include "base/date.h"
#include "up/role.h"
#include "up/section.h"
#include "up/value.h"

#include <ini.h>
#include <sodium.h>
#include <string.h>
#include <sys/un.h>

const char up_nomem[] = "out of memory";
const char up_no_key[] = "no such key in this section";
const char up_no_section[] = "no such section";

#define DAYS_MOST 366
#define THREADS_MOST 256

/* [foresink] */

static const char *
take_roles(struct up_reading *reading, struct span value)
{
	struct up_config *config = reading->config;
	struct span word;

	while (up_value_word(&value, &word)) {
		size_t number;
		size_t at = 0;
		size_t *grown;

		if (!up_role_find(word, &number))
			return "no such role; there are feed, guard and sinkhole";
		while (at < config->role_count && config->roles[at] < number)
			at++;
		if (at < config->role_count && config->roles[at] == number)
			return "this role stands there already";
		grown = up_arena_grow(&config->arena, config->roles, config->role_count,
		                      sizeof(*grown));
		if (grown == NULL)
			return up_nomem;
		memmove(grown + at + 1, grown + at,
		        (config->role_count - at) * sizeof(*grown));
		grown[at] = number;
		config->roles = grown;
		config->role_count++;
	}
	return NULL;
}

static const char *
take_text(struct up_reading *reading, struct span value, const char **text)
{
	*text = up_arena_text(&reading->config->arena, value);
	return *text != NULL ? NULL : up_nomem;
}

static const char *
take_user(struct up_reading *reading, struct span value)
{
	reading->config->user_line = reading->line;
	return take_text(reading, value, &reading->config->user);
}

static const char *
take_group(struct up_reading *reading, struct span value)
{
	if (reading->config->user_line == 0)
		reading->config->user_line = reading->line;
	return take_text(reading, value, &reading->config->group);
}

static const char *
take_state(struct up_reading *reading, struct span value)
{
	if (!up_value_path(value))
		return "an absolute path is wanted";
	reading->config->state_line = reading->line;
	return take_text(reading, value, &reading->config->state);
}

static const char *
take_log(struct up_reading *reading, struct span value)
{
	static const char *const words[] = {"logfmt", "json"};
	size_t which;

	if (!up_value_choice(value, words, UP_COUNT(words), &which))
		return "the log is written as logfmt or as json";
	reading->config->log = (enum up_format)which;
	return NULL;
}

static const char *
take_metrics(struct up_reading *reading, struct span value)
{
	struct up_config *config = reading->config;

	if (net_endpoint_read(value, 9353, &config->metrics) != FSK_OK)
		return "not an ADDRESS:PORT, [IPv6]:PORT or address";
	config->has_metrics = true;
	config->metrics_line = reading->line;
	return NULL;
}

static const char *
take_metrics_public(struct up_reading *reading, struct span value)
{
	return up_value_yes(value, &reading->config->metrics_public)
	               ? NULL
	               : "yes or no is wanted";
}

/* Octets of the path of a socket, with the NUL that not all systems need. */
#define SOCKET_MOST sizeof(((struct sockaddr_un *)NULL)->sun_path)

static const char *
take_control(struct up_reading *reading, struct span value)
{
	if (!up_value_path(value))
		return "an absolute path is wanted";
	if (value.len >= SOCKET_MOST)
		return "the path of a socket has at most 107 octets";
	reading->config->control_line = reading->line;
	return take_text(reading, value, &reading->config->control);
}

static const struct up_key foresink_keys[] = {
        {"roles", true, take_roles},
        {"user", false, take_user},
        {"group", false, take_group},
        {"state", false, take_state},
        {"log", false, take_log},
        {"metrics", false, take_metrics},
        {"metrics-public", false, take_metrics_public},
        {"control", false, take_control},
};

/* [names] */

static const char *
take_family(struct up_reading *reading, struct span value)
{
	return up_choice_family(&reading->config->names, &reading->config->arena, value);
}

static const char *
take_confidence(struct up_reading *reading, struct span value)
{
	return up_choice_confidence(&reading->config->names, value);
}

static const char *
take_tld(struct up_reading *reading, struct span value)
{
	return up_choice_tld(&reading->config->names, &reading->config->arena, value);
}

static const char *
take_days(struct span value, unsigned *days)
{
	uint64_t number;

	if (!up_value_number(value, 0, DAYS_MOST, &number))
		return "a number of days from 0 to 366 is wanted";
	*days = (unsigned)number;
	return NULL;
}

static const char *
take_back(struct up_reading *reading, struct span value)
{
	return take_days(value, &reading->config->back);
}

static const char *
take_ahead(struct up_reading *reading, struct span value)
{
	return take_days(value, &reading->config->ahead);
}

static const char *
take_threads(struct up_reading *reading, struct span value)
{
	uint64_t number;

	if (!up_value_number(value, 1, THREADS_MOST, &number))
		return "a number of threads from 1 to 256 is wanted";
	reading->config->threads = (unsigned)number;
	return NULL;
}

static const struct up_key names_keys[] = {
        {"family", true, take_family}, {"confidence", false, take_confidence},
        {"tld", true, take_tld},       {"back", false, take_back},
        {"ahead", false, take_ahead},  {"threads", false, take_threads},
};

/* [collision] */

static const char *
add_file(struct up_reading *reading, struct span path, enum watch_rulebook_kind kind,
         int64_t taken)
{
	struct up_config *config = reading->config;
	size_t count = config->file_count;
	struct watch_rulebook_file *files =
	        up_arena_grow(&config->arena, config->files, count, sizeof(*files));
	size_t *lines =
	        up_arena_grow(&config->arena, config->file_lines, count, sizeof(*lines));
	char *text = up_arena_text(&config->arena, path);

	if (files == NULL || lines == NULL || text == NULL)
		return up_nomem;
	config->files = files;
	config->file_lines = lines;
	files[count] = (struct watch_rulebook_file){kind, text, taken};
	lines[count] = reading->line;
	config->file_count++;
	return NULL;
}

/* FILE[@DATE]; of an @ that no digit follows, or in the name of a folder, nothing is
 * read. */
static const char *
take_dated(struct up_reading *reading, struct span value, enum watch_rulebook_kind kind)
{
	const char *at = memrchr(value.text, '@', value.len);
	int64_t taken = WATCH_RULEBOOK_FILE_TIME;
	struct span path = value;

	if (at != NULL) {
		size_t len = (size_t)(at - value.text);
		struct span date = span_from(value, len + 1);
		int64_t length;

		if (date.len > 0 && ascii_digit(date.text[0]) &&
		    memchr(date.text, '/', date.len) == NULL) {
			if (date_parse_instant(date, &taken, &length, NULL) != FSK_OK)
				return "no date (YYYY-MM-DD) stands behind the @";
			path.len = len;
		}
	}
	if (!up_value_path(path))
		return "an absolute path is wanted";
	return add_file(reading, path, kind, taken);
}

static const char *
take_allow(struct up_reading *reading, struct span value)
{
	if (!up_value_path(value))
		return "an absolute path is wanted";
	return add_file(reading, value, WATCH_RULEBOOK_ALLOW, 0);
}

static const char *
take_popular(struct up_reading *reading, struct span value)
{
	return take_dated(reading, value, WATCH_RULEBOOK_POPULAR);
}

static const char *
take_registered(struct up_reading *reading, struct span value)
{
	return take_dated(reading, value, WATCH_RULEBOOK_REGISTERED);
}

static const struct up_key collision_keys[] = {
        {"allow", true, take_allow},
        {"popular", true, take_popular},
        {"registered", true, take_registered},
};

static const struct up_section own_sections[] = {
        {"foresink", NULL, foresink_keys, UP_COUNT(foresink_keys)},
        {"names", NULL, names_keys, UP_COUNT(names_keys)},
        {"collision", NULL, collision_keys, UP_COUNT(collision_keys)},
};

/* The text, line by line. inih parts keys from values; it tells no beginnings of
 * sections, cuts their names at 49 octets and long lines anywhere, and ends lines at a
 * NUL. So sections are read here, and what inih would cut it is not given. */

struct source {
	struct span rest; /* of the text */
	struct up_reading reading;
	const struct up_section *section; /* NULL: none yet */
	uint32_t keys;                    /* that stood in it, a bit each */
	uint64_t sections;                /* that stand once and did, a bit each */
	struct fault fault;               /* its why is NULL: none */
};

static bool
refuse(struct source *source, size_t column, const char *why)
{
	source->fault = (struct fault){source->reading.line, column, why};
	return false;
}

/* The section called ${name}, its own and those of the roles, and its number among all
 * of them. */
static const struct up_section *
find_section(struct span name, unsigned *number)
{
	*number = 0;
	for (size_t i = 0; i < UP_COUNT(own_sections); i++, (*number)++) {
		if (span_equal(name, span_of(own_sections[i].name)))
			return &own_sections[i];
	}
	for (size_t i = 0; i < up_alert_section_count; i++, (*number)++) {
		if (span_equal(name, span_of(up_alert_sections[i].name)))
			return &up_alert_sections[i];
	}
	for (size_t i = 0; i < up_store_section_count; i++, (*number)++) {
		if (span_equal(name, span_of(up_store_sections[i].name)))
			return &up_store_sections[i];
	}
	for (size_t i = 0; i < up_role_count(); i++) {
		const struct up_role *role = up_role_at(i);

		for (size_t k = 0; k < *role->section_count; k++, (*number)++) {
			if (span_equal(name, span_of(role->sections[k].name)))
				return &role->sections[k];
		}
	}
	return NULL;
}

/* Takes "[name]" or "[name title]", without blanks around. */
static bool
begin_section(struct source *source, struct span line)
{
	struct span rest = {line.text + 1, line.len - 2};
	const char *why = NULL;
	struct span name, title, more;
	unsigned number;

	if (line.len < 2 || line.text[line.len - 1] != ']' || !up_value_part(&rest, &name))
		return refuse(source, 0, "not of the form [SECTION] or [SECTION NAME]");
	source->section = find_section(name, &number);
	source->keys = 0;
	if (source->section == NULL)
		return refuse(source, 0, up_no_section);
	(void)up_value_part(&rest, &title);
	if ((title.len > 0) != (source->section->begin != NULL))
		why = title.len > 0 ? "this section has no name"
		                    : "this section wants a name: [SECTION NAME]";
	else if (up_value_part(&rest, &more))
		why = "a word too many";
	else if (title.len > 0)
		why = source->section->begin(&source->reading, title);
	else if ((source->sections & UINT64_C(1) << number) != 0)
		why = "this section stands there already";
	source->sections |= UINT64_C(1) << number;
	return why == NULL || refuse(source, 0, why);
}

/* Looks at ${line} before inih sees it. */
static bool
check_line(struct source *source, struct span line)
{
	size_t start = 0;

	if (line.len > UP_CONFIG_LINE)
		return refuse(source, 0, "a line of over 4000 octets");
	for (size_t i = 0; i < line.len; i++) {
		unsigned char octet = (unsigned char)line.text[i];

		if ((octet < 0x20 && octet != '\t') || octet == 0x7f)
			return refuse(source, i + 1, "a control character");
	}
	while (line.len > 0 && ascii_space(line.text[line.len - 1]))
		line.len--;
	while (start < line.len && ascii_space(line.text[start]))
		start++;
	line = span_from(line, start);
	if (line.len > 0 && line.text[0] == '[')
		return begin_section(source, line);
	return true;
}

/* For inih in place of fgets(): copies the next line to ${to}, which has ${room}
 * octets. */
static char *
next_line(char *to, int room, void *context)
{
	struct source *source = context;
	struct span line = source->rest;
	const char *end;

	if (source->fault.why != NULL || line.len == 0)
		return NULL;
	end = memchr(line.text, '\n', line.len);
	if (end != NULL)
		line.len = (size_t)(end - line.text);
	source->rest = span_from(source->rest, line.len + 1);
	source->reading.line++;
	if (line.len > 0 && line.text[line.len - 1] == '\r')
		line.len--;
	if (!check_line(source, line))
		return NULL;
	if (room < 3 || line.len + 2 > (size_t)room) {
		(void)refuse(source, 0, "a line that is too long");
		return NULL;
	}
	if (line.len > 0)
		memcpy(to, line.text, line.len);
	to[line.len] = '\n';
	to[line.len + 1] = '\0';
	return to;
}

/* Whether there seems to be a comment behind ${value}, which would be part of it: of the
 * name of a file, for one. */
static bool
has_comment(const char *value)
{
	for (; *value != '\0'; value++) {
		if ((value[0] == ' ' || value[0] == '\t') &&
		    (value[1] == '#' || value[1] == ';'))
			return true;
	}
	return false;
}

/* For inih: takes one key. Its own notion of the section is not asked. */
static int
take_key(void *context, const char *inih_section, const char *name, const char *value)
{
	struct source *source = context;
	const struct up_section *section = source->section;
	const char *why;

	(void)inih_section;
	if (section == NULL)
		return refuse(source, 0, "a key in front of the first section");
	for (size_t i = 0; i < section->key_count; i++) {
		const struct up_key *key = &section->keys[i];

		if (strcmp(key->name, name) != 0)
			continue;
		if (!key->many && (source->keys & UINT32_C(1) << i) != 0)
			return refuse(source, 0, "this key stands in the section already");
		source->keys |= UINT32_C(1) << i;
		if (*value == '\0')
			return refuse(source, 0, "the key has no value");
		if (has_comment(value))
			return refuse(source, 0,
			              "a # or ; behind a blank: a comment is a line of its "
			              "own");
		why = key->take(&source->reading, span_of(value));
		return why == NULL || refuse(source, 0, why);
	}
	return refuse(source, 0, up_no_key);
}

static void
parse(struct source *source)
{
	/* Debian's inih is set by variables; each call sets them to the same. A value
	 * may hold any octet, so a comment is a line of its own. */
	ini_max_line = UP_CONFIG_LINE + 3;
	ini_use_stack = true;
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_allow_no_value = false;
	ini_allow_bom = false;
	ini_stop_on_first_error = true;
	if (ini_parse_stream(next_line, source, take_key, source) != 0 &&
	    source->fault.why == NULL)
		(void)refuse(source, 0, "neither [SECTION] nor KEY = VALUE");
}

/* The whole, when each line is read. */

static bool
is_loopback(const struct address *address)
{
	static const struct address six = {.octets = {[15] = 1}};

	return address_is_v4(address) ? address->octets[12] == 127
	                              : address_equal(address, &six);
}

static enum fsk_err
settle(struct up_config *config, struct fault *fault)
{
	enum fsk_err err;

	*fault = (struct fault){.line = 0};
	if (config->role_count == 0) {
		fault->why = "there is no key roles in [foresink]: nothing to do";
		return FSK_SYNTAX;
	}
	if (config->has_metrics && !config->metrics_public &&
	    !is_loopback(&config->metrics.address)) {
		fault->line = config->metrics_line;
		fault->why = "not a loopback address; metrics-public = yes allows it";
		return FSK_SYNTAX;
	}
	if (!up_choice_complete(&config->names, NULL, &config->arena))
		return FSK_NOMEM;
	err = up_alert_settle(config, fault);
	if (err == FSK_OK)
		err = up_store_settle(config, fault);
	for (size_t i = 0, next = 0; i < up_role_count() && err == FSK_OK; i++) {
		bool runs = next < config->role_count && config->roles[next] == i;

		err = up_role_at(i)->settle(config, runs, fault);
		next += runs;
	}
	return err;
}

void
up_config_window(const struct up_config *config, int64_t now, int64_t *from, int64_t *to)
{
	int64_t day = date_day_of(now);

	*from = (day - (int64_t)config->back) * DATE_DAY;
	*to = (day + (int64_t)config->ahead + 1) * DATE_DAY - 1;
}

bool
up_config_runs(const struct up_config *config, const char *role)
{
	for (size_t i = 0; i < config->role_count; i++) {
		if (strcmp(up_role_at(config->roles[i])->name, role) == 0)
			return true;
	}
	return false;
}

enum fsk_err
up_config_read(struct span text, struct up_config *config, struct fault *fault)
{
	struct up_config got = {.back = 1, .ahead = 7};
	struct source source = {.rest = text, .reading = {.config = &got}};
	struct fault unwanted;
	enum fsk_err err;

	if (fault == NULL)
		fault = &unwanted;
	if (text.len > UP_CONFIG_MOST) {
		*fault = (struct fault){0, 0, "the file is larger than 1 MiB"};
		return FSK_SYNTAX;
	}
	up_feed_begin(&got.feed);
	up_guard_begin(&got.guard);
	up_alert_begin(&got.alerts);
	up_sinkhole_begin(&got.sinkhole);
	up_store_begin(&got.store);
	if (text.len >= 3 && memcmp(text.text, "\xef\xbb\xbf", 3) == 0)
		source.rest = span_from(text, 3);
	parse(&source);
	if (source.fault.why == NULL) {
		err = settle(&got, fault);
	} else {
		*fault = source.fault;
		err = source.fault.why == up_nomem ? FSK_NOMEM : FSK_SYNTAX;
	}
	if (err != FSK_OK) {
		up_config_fini(&got);
		return err;
	}
	*config = got;
	return FSK_OK;
}

void
up_config_fini(struct up_config *config)
{
	if (config == NULL)
		return;
	up_arena_fini(&config->arena);
	sodium_memzero(&config->store, sizeof(config->store));
	*config = (struct up_config){.role_count = 0};
}
