/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/publish_verify.h"

#include "base/date.h"
#include "cmd/publish_key.h"
#include "cmd/publish_tell.h"
#include "cmd/say.h"
#include "cmd/words.h"

#include <errno.h>
#include <inttypes.h>

static void
write_json(struct output *output, const char *folder, const struct publish_verdict *verdict)
{
	FILE *out = output->file;

	fputs("{\"folder\":", out);
	output_json(output, folder, strlen(folder));
	fprintf(out, ",\"serial\":%" PRIu32 ",\"made\":", verdict->serial);
	output_json_instant(output, verdict->made);
	fputs(",\"from\":", out);
	output_json_instant(output, verdict->window.first);
	fputs(",\"to\":", out);
	output_json_instant(output, verdict->window.last);
	fprintf(out, ",\"blocked\":%" PRIu64 ",\"files\":%zu,\"signed\":%s}\n",
	        verdict->blocked, verdict->files, verdict->is_signed ? "true" : "false");
}

static void
write_text(FILE *out, const struct publish_ask *ask, const struct publish_verdict *verdict)
{
	char made[DATE_INSTANT_SIZE];

	date_write_instant(verdict->made, made);
	words_safe(out, span_of(ask->words[0]), 0);
	fprintf(out, ": good: %" PRIu32 ", made %s, %s, ", verdict->serial, made,
	        words_things(verdict->blocked, "name").text);
	publish_tell_window(out, verdict->window);
	fprintf(out, ", %s, ", words_things(verdict->files, "file").text);
	if (ask->public_key != NULL) { /* and it is: else we would not be here */
		fputs("signed by ", out);
		words_safe(out, span_of(ask->public_key), 0);
		fputs(".\n", out);
	} else {
		fputs("no signature asked for.\n", out);
	}
}

static enum status
refuse(const char *folder, enum fsk_err err, const struct publish_verdict *verdict)
{
	const char *slash = verdict->file[0] != '\0' ? "/" : "";
	const char *why = verdict->why != NULL ? verdict->why : fsk_strerror(err);

	if (err == FSK_IO)
		say("%s%s%s: %s: %s", folder, slash, verdict->file, why, strerror(errno));
	else
		say("%s%s%s: %s", folder, slash, verdict->file, why);
	return err == FSK_IO || err == FSK_NOMEM ? STATUS_SYSTEM : STATUS_DATA;
}

enum status
publish_verify_run(const struct publish_ask *ask)
{
	uint8_t key[PUBLISH_PUBLIC];
	struct publish_verdict verdict;
	struct output output;
	enum status status = STATUS_DONE;
	enum fsk_err err;

	if (ask->public_key != NULL)
		status = publish_key_load_public(ask->public_key, key);
	if (status != STATUS_DONE)
		return status;
	err = publish_verify(ask->words[0], ask->public_key != NULL ? key : NULL, &verdict);
	if (err != FSK_OK)
		return refuse(ask->words[0], err, &verdict);
	status = output_open(&output, NULL);
	if (status != STATUS_DONE)
		return status;
	if (ask->json)
		write_json(&output, ask->words[0], &verdict);
	else
		write_text(output.file, ask, &verdict);
	return output_close(&output, STATUS_DONE);
}
