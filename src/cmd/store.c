/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink store: what is done with a store of sightings, a word each.
 */
#include "cmd/output.h"
#include "cmd/say.h"
#include "cmd/store_check.h"
#include "cmd/store_export.h"
#include "cmd/store_import.h"
#include "cmd/store_info.h"
#include "cmd/store_migrate.h"
#include "cmd/store_prune.h"

#include <string.h>

struct word {
	const char *name;
	const char *summary;
	enum status (*run)(int argc, char **argv);
};

static const struct word words[] = {
        {"check", "say whether it is whole", store_check_run},
        {"export", "write sightings as CSV or JSON", store_export_run},
        {"import", "take in the logs of another sinkhole", store_import_run},
        {"info", "tell what is in it, and report", store_info_run},
        {"migrate", "bring one of an earlier version to this one's form",
         store_migrate_run},
        {"prune", "remove what is old", store_prune_run},
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static enum status
help(void)
{
	struct output output;
	enum status status = output_open(&output, NULL);

	if (status != STATUS_DONE)
		return status;
	fputs("Usage: foresink store WORD [OPTION...] FOLDER\n"
	      "A store keeps sightings: what the daemon, scans and imports saw.\n\n",
	      output.file);
	for (size_t i = 0; i < WORDS; i++)
		fprintf(output.file, "  %-10s %s\n", words[i].name, words[i].summary);
	fputs("\n`foresink store WORD --help' tells the options of each.\n", output.file);
	return output_close(&output, STATUS_DONE);
}

static enum status
run(int argc, char **argv)
{
	const char *asked = argc > 1 ? argv[1] : "";
	char title[32]; /* the name that argp shows */

	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(asked, words[i].name) != 0)
			continue;
		(void)snprintf(title, sizeof(title), "foresink store %s", asked);
		argv[1] = title;
		return words[i].run(argc - 1, argv + 1);
	}
	if (strcmp(asked, "--help") == 0 || strcmp(asked, "-?") == 0)
		return help();
	if (argc < 2)
		say("store: what? (check, export, import, info, migrate or prune)");
	else
		say("store: no word `%s'; see `foresink store --help'", asked);
	return STATUS_USAGE;
}

const struct command command_store = {
        .name = "store",
        .summary = "look after a store of sightings: info, check, export, import, prune",
        .run = run,
};
