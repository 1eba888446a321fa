/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/load.h"

#include "base/ascii.h"
#include "store/where.h"
#include "up/content.h"
#include "up/section.h"
#include "up/sinkhole_leads.h"
#include "up/text.h"
#include "up/upstream.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Octets of a file with a secret: 128 octets in base64, with ends of lines. */
#define SECRET_FILE_MOST 512

/* Octets of a file of certificates: those of all systems have less than 1 MiB. */
#define AUTHORITIES_MOST ((size_t)16 << 20)

/* Octets of a list of names that are held, or of networks: a million names have less than
 * 32 MiB. */
#define LIST_MOST ((size_t)256 << 20)

/* A secret that lies in a file. */
struct secret {
	const char *path; /* NULL: it stands in the configuration, or there is none */
	size_t line;
	const char *(*take)(struct up_config *config, size_t n, struct span text);
	size_t n;
};

static const char *
take_key(struct up_config *config, size_t n, struct span text)
{
	return up_feed_secret(&config->feed.keys[n], text);
}

static const char *
take_cookie(struct up_config *config, size_t n, struct span text)
{
	(void)n;
	return up_guard_cookie(&config->guard, text);
}

static const char *
take_pseudonyms(struct up_config *config, size_t n, struct span text)
{
	(void)n;
	return up_store_secret(&config->store, text);
}

static enum fsk_err
load_secret(struct up_config *config, const struct secret *secret,
            struct up_trouble *trouble)
{
	struct up_content content;
	const char *why;
	enum fsk_err err;

	if (secret->path == NULL)
		return FSK_OK;
	err = up_content_read(secret->path, SECRET_FILE_MOST, &content);
	if (err != FSK_OK) {
		up_trouble_set(trouble, config->path, secret->line, "%s: %s", secret->path,
		               err == FSK_IO      ? strerror(errno)
		               : err == FSK_RANGE ? "not a secret: too long"
		                                  : fsk_strerror(err));
		return err == FSK_RANGE ? FSK_SYNTAX : err;
	}
	why = secret->take(config, secret->n, (struct span){content.octets, content.len});
	if (content.exposed)
		config->exposed = secret->path;
	up_content_fini(&content);
	if (why == NULL)
		return FSK_OK;
	up_trouble_set(trouble, secret->path, 0, "%s", why);
	return why == up_nomem ? FSK_NOMEM : FSK_SYNTAX;
}

/* Whether the certificates of ${sink} can be read: that a webhook is never believed would
 * come to light with the first alert. */
static enum fsk_err
check_authorities(const struct up_config *config, const struct up_alert *sink,
                  struct up_trouble *trouble)
{
	static const char begins[] = "-----BEGIN ";
	const char *path = sink->setting.authorities, *why = NULL;
	struct up_content content;
	enum fsk_err err;

	if (path == NULL)
		return FSK_OK;
	err = up_content_read(path, AUTHORITIES_MOST, &content);
	if (err == FSK_NOMEM)
		return err;
	if (err != FSK_OK) {
		why = err == FSK_IO ? strerror(errno) : "larger than 16 MiB";
	} else {
		if (content.len == 0 ||
		    memmem(content.octets, content.len, begins, strlen(begins)) == NULL)
			why = "no certificates in PEM";
		up_content_fini(&content);
	}
	if (why == NULL)
		return FSK_OK;
	up_trouble_set(trouble, config->path, sink->authorities_line, "%s: %s", path, why);
	return err == FSK_IO ? FSK_IO : FSK_SYNTAX;
}

/* The secret of pseudonyms undoes them for who has it: one that everybody can read is
 * none. */
static enum fsk_err
load_pseudonyms(struct up_config *config, struct up_trouble *trouble)
{
	const struct up_store *store = &config->store;
	const struct secret secret = {store->secret_path, store->secret_line,
	                              take_pseudonyms, 0};
	const char *exposed = config->exposed;
	enum fsk_err err;

	config->exposed = NULL;
	err = load_secret(config, &secret, trouble);
	if (err == FSK_OK && config->exposed != NULL) {
		up_trouble_set(trouble, config->path, store->secret_line,
		               "%s: everybody can read it, and undo the pseudonyms",
		               store->secret_path);
		err = FSK_SYNTAX;
	}
	config->exposed = exposed;
	return err;
}

/* ${exposed}: everybody can read the configuration. */
static enum fsk_err
load_secrets(struct up_config *config, bool exposed, struct up_trouble *trouble)
{
	const struct up_guard *guard = &config->guard;
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < config->feed.key_count && err == FSK_OK; i++) {
		const struct up_secret *from = &config->feed.secrets[i];
		struct secret secret = {from->path, from->line, take_key, i};

		if (from->path == NULL && exposed)
			config->exposed = config->path;
		err = load_secret(config, &secret, trouble);
	}
	for (size_t i = 0; i < config->alerts.count && err == FSK_OK; i++) {
		const struct up_alert *from = &config->alerts.sinks[i];
		struct secret secret = {from->secret_path, from->secret_line,
		                        up_alert_secret, i};

		if (from->secret_path == NULL && from->secret_line != 0 && exposed)
			config->exposed = config->path;
		err = load_secret(config, &secret, trouble);
		if (err == FSK_OK)
			err = check_authorities(config, from, trouble);
	}
	if (err == FSK_OK)
		err = load_secret(config,
		                  &(struct secret){guard->cookie_path, guard->cookie_line,
		                                   take_cookie, 0},
		                  trouble);
	return err == FSK_OK ? load_pseudonyms(config, trouble) : err;
}

/* What the store and the role sinkhole want to know. */

/* Reads the list ${path}, a regular file, of which line ${line} of the configuration
 * speaks. */
static enum fsk_err
load_list(const struct up_config *config, const char *path, size_t line,
          struct up_content *content, struct up_trouble *trouble)
{
	const char *why = "not a regular file";
	enum fsk_err err = FSK_SYNTAX;
	struct stat facts;

	if (stat(path, &facts) != 0) {
		err = FSK_IO;
	} else if (S_ISREG(facts.st_mode)) {
		size_t most = (size_t)facts.st_size + 1;

		why = "larger than 256 MiB, or it grows";
		err = up_content_read(path, most < LIST_MOST ? most : LIST_MOST, content);
	}
	if (err == FSK_OK || err == FSK_NOMEM)
		return err;
	up_trouble_set(trouble, config->path, line, "%s: %s", path,
	               err == FSK_IO ? strerror(errno) : why);
	return err == FSK_IO ? FSK_IO : FSK_SYNTAX;
}

/* Reads the lists of ${set}; its names are looked at when what is to be served is made. */
static enum fsk_err
load_set(struct up_config *config, struct up_set *set, struct up_trouble *trouble)
{
	enum fsk_err err = FSK_OK;

	for (size_t i = 0; i < set->name_count && err == FSK_OK; i++) {
		struct up_names *names = &set->names[i];
		struct up_content content;

		err = load_list(config, names->path, names->line, &content, trouble);
		if (err != FSK_OK)
			break;
		names->text.len = content.len;
		names->text.text = up_arena_text(
		        &config->arena, (struct span){content.octets, content.len});
		if (names->text.text == NULL)
			err = FSK_NOMEM;
		up_content_fini(&content);
	}
	return err;
}

static enum fsk_err
load_avoided(const struct up_config *config, struct up_trouble *trouble)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	struct up_content content;
	enum fsk_err err;

	if (sinkhole->avoid == NULL)
		return FSK_OK;
	err = load_list(config, sinkhole->avoid, sinkhole->avoid_line, &content, trouble);
	if (err != FSK_OK)
		return err;
	err = up_sinkhole_leads_check(config, (struct span){content.octets, content.len},
	                              trouble);
	up_content_fini(&content);
	return err;
}

/* Whether the file ${path} (NULL: none) is one that says where addresses are. Who opens a
 * pipe would wait for its other end. */
static enum fsk_err
check_where(const struct up_config *config, const char *path, size_t line,
            struct up_trouble *trouble)
{
	struct fault fault = {.why = "not a regular file"};
	struct store_where_files *files = NULL;
	enum fsk_err err = FSK_CORRUPT;
	struct stat facts;

	if (path == NULL)
		return FSK_OK;
	if (stat(path, &facts) != 0 || access(path, R_OK) != 0) {
		fault.why = strerror(errno);
		err = FSK_IO;
	} else if (S_ISREG(facts.st_mode)) {
		err = store_where_open(path, NULL, &files, &fault);
		store_where_close(files);
	}
	if (err == FSK_OK || err == FSK_NOMEM)
		return err;
	if (fault.line > 0)
		up_trouble_set(trouble, config->path, line, "%s:%zu: %s", path, fault.line,
		               fault.why);
	else
		up_trouble_set(trouble, config->path, line, "%s: %s", path, fault.why);
	return err == FSK_CORRUPT ? FSK_SYNTAX : err;
}

/* The certificate and its key are read once, by who starts the daemon, who may be the only
 * one to whom they are open: who cannot see them at a SIGHUP says nothing of them. */
static enum fsk_err
check_certificate(struct up_config *config, struct up_trouble *trouble)
{
	const struct up_sinkhole *sinkhole = &config->sinkhole;
	const char *path = sinkhole->certificate;
	size_t line = sinkhole->certificate_line;
	struct stat facts;

	if (path == NULL)
		return FSK_OK;
	if (stat(path, &facts) == 0 || errno != ENOENT) {
		path = sinkhole->key;
		line = sinkhole->key_line;
		if (stat(path, &facts) == 0 && (facts.st_mode & S_IROTH) != 0)
			config->exposed = path;
		if (access(path, F_OK) == 0 || errno != ENOENT)
			return FSK_OK;
	}
	up_trouble_set(trouble, config->path, line, "%s: %s", path, strerror(errno));
	return FSK_IO;
}

static enum fsk_err
load_sinkhole(struct up_config *config, struct up_trouble *trouble)
{
	struct up_sinkhole *sinkhole = &config->sinkhole;
	const struct up_store *store = &config->store;
	enum fsk_err err = load_set(config, &sinkhole->rest, trouble);

	for (size_t i = 0; i < sinkhole->set_count && err == FSK_OK; i++)
		err = load_set(config, &sinkhole->sets[i], trouble);
	if (err == FSK_OK)
		err = load_avoided(config, trouble);
	if (err == FSK_OK)
		err = check_certificate(config, trouble);
	if (err == FSK_OK)
		err = check_where(config, store->country, store->country_line, trouble);
	if (err == FSK_OK)
		err = check_where(config, store->network, store->network_line, trouble);
	return err;
}

/* Line ${n} of ${text}, counted from 1, without blanks around; of a key its name alone, as
 * its value may be a secret. */
static struct span
subject_of(struct span text, size_t n)
{
	struct span line = {text.text, 0};

	for (size_t i = 0; i < n; i++) {
		line = text;
		while (text.len > 0 && text.text[0] != '\n')
			text = span_from(text, 1);
		line.len -= text.len;
		text = span_from(text, text.len > 0);
	}
	while (line.len > 0 && ascii_space(line.text[0]))
		line = span_from(line, 1);
	for (size_t i = 0; i < line.len && line.text[0] != '['; i++) {
		if (line.text[i] == '=' || line.text[i] == ':')
			line.len = i;
	}
	while (line.len > 0 && ascii_space(line.text[line.len - 1]))
		line.len--;
	return line;
}

/* Fills ${trouble}, and tells what it is that nobody knows. */
static void
tell_fault(const char *path, struct span text, const struct fault *fault,
           struct up_trouble *trouble)
{
	char octets[200];
	struct up_text subject;

	up_trouble_fault(trouble, path, fault);
	if (fault->why != up_no_key && fault->why != up_no_section)
		return;
	up_text_begin(&subject, octets, sizeof(octets));
	up_text_escape(&subject, subject_of(text, fault->line), "");
	up_trouble_set(trouble, path, fault->line, "%s: %s", fault->why, octets);
}

static enum fsk_err
load(const char *path, const struct up_content *content, struct up_config *config,
     struct up_trouble *trouble)
{
	struct span text = {content->octets, content->len};
	struct fault fault;
	enum fsk_err err;

	err = up_config_read(text, config, &fault);
	if (err == FSK_SYNTAX)
		tell_fault(path, text, &fault, trouble);
	if (err != FSK_OK)
		return err;
	config->path = up_arena_text(&config->arena, span_of(path));
	if (config->path != NULL)
		return FSK_OK;
	up_config_fini(config);
	return FSK_NOMEM;
}

/* Reads ${path} into ${config}, and ${exposed}: everybody can read it. */
static enum fsk_err
load_text(const char *path, struct up_config *config, bool *exposed,
          struct up_trouble *trouble)
{
	struct up_content content;
	enum fsk_err err;

	up_trouble_set(trouble, path, 0, "%s", fsk_strerror(FSK_NOMEM));
	err = up_content_read(path, UP_CONFIG_MOST, &content);
	if (err == FSK_IO)
		up_trouble_set(trouble, path, 0, "%s", strerror(errno));
	if (err == FSK_RANGE)
		up_trouble_set(trouble, path, 0, "the file is larger than 1 MiB");
	if (err != FSK_OK)
		return err == FSK_RANGE ? FSK_SYNTAX : err;
	*exposed = content.exposed;
	err = load(path, &content, config, trouble);
	up_content_fini(&content);
	return err;
}

enum fsk_err
up_load_alone(const char *path, struct up_config *config, struct up_trouble *trouble)
{
	bool exposed;

	return load_text(path, config, &exposed, trouble);
}

enum fsk_err
up_load_config(const char *path, struct up_config *config, struct up_trouble *trouble)
{
	struct up_config got;
	bool exposed;
	enum fsk_err err = load_text(path, &got, &exposed, trouble);

	if (err != FSK_OK)
		return err;
	err = load_secrets(&got, exposed, trouble);
	if (err == FSK_OK && up_config_runs(&got, "guard"))
		err = up_upstream_find(&got, trouble);
	if (err == FSK_OK)
		err = load_sinkhole(&got, trouble);
	if (err != FSK_OK) {
		up_config_fini(&got);
		return err;
	}
	*config = got;
	return FSK_OK;
}

/* Whether all lists of ${config} are files. Who opens a pipe waits for its other end, which
 * may never come, and all reloads and midnights would wait with him; the commands, which
 * somebody sits in front of, may read one. */
static enum fsk_err
check_lists(const struct up_config *config, struct up_trouble *trouble)
{
	for (size_t i = 0; i < config->file_count; i++) {
		struct stat facts;

		if (stat(config->files[i].path, &facts) != 0) {
			up_trouble_set(trouble, config->path, config->file_lines[i],
			               "%s: %s", config->files[i].path, strerror(errno));
			return FSK_IO;
		}
		if (!S_ISREG(facts.st_mode)) {
			up_trouble_set(trouble, config->path, config->file_lines[i],
			               "%s: not a regular file", config->files[i].path);
			return FSK_SYNTAX;
		}
	}
	return FSK_OK;
}

enum fsk_err
up_load_book(const struct up_config *config, struct watch_rulebook **book,
             struct up_trouble *trouble)
{
	struct fault fault = {.why = NULL};
	size_t which = 0;
	enum fsk_err err = check_lists(config, trouble);

	if (err != FSK_OK)
		return err;
	err = watch_rulebook_new(config->files, config->file_count, book, &which, &fault);
	if (err == FSK_SYNTAX)
		up_trouble_fault(trouble, config->files[which].path, &fault);
	else if (err == FSK_IO || err == FSK_RANGE)
		up_trouble_set(trouble, config->path, config->file_lines[which], "%s: %s",
		               config->files[which].path,
		               err == FSK_IO ? strerror(errno)
		                             : "the list is larger than 1 GiB");
	else if (err != FSK_OK)
		up_trouble_set(trouble, config->path, 0, "%s", fsk_strerror(err));
	return err;
}
