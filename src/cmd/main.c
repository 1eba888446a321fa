/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink: forecasts the rendezvous domains of botnets. The map of the house,
 * from the ground up; a folder includes only itself and what stands before it:
 *
 *   base/ errors, spans, dates      wire/ names, messages   net/ loop, sockets
 *   prng/ what malware borrowed     dga/  families, lists, proof
 *   logs/ formats, sources, time    watch/ dated index, index files, search, sightings
 *   verdict/ infected, or not?      alert/ tells people     store/ keeps sightings
 *   census/ how many, or why no number
 *   scan/ reviews logs              publish/ lists          feed/ serves them as zones
 *   guard/ answers for a resolver   drill/ asks one what it blocks
 *   sinkhole/ holds names, and keeps who calls
 *   up/   the daemon                cmd/ this file; a file a command; options, words
 */
#include "cmd/output.h"
#include "cmd/say.h"

#include <argp.h>
#include <string.h>

#define COMMAND(word) extern const struct command command_##word;
#include "cmd/commands.def"
#undef COMMAND

#define COMMAND(word) &command_##word,
static const struct command *const commands[] = {
#include "cmd/commands.def"
        NULL};
#undef COMMAND

static void
help(FILE *out, bool version)
{
	fputs(version ? "foresink " FORESINK_VERSION "\n"
	              : "Usage: foresink COMMAND [OPTION...] [ARGUMENT...]\n\n",
	      out);
	for (size_t i = 0; commands[i] != NULL && !version; i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	char title[32]; /* the name that argp shows */
	struct output output;

	argp_err_exit_status = STATUS_USAGE;
	say_catch_signals();
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(word, commands[i]->name) != 0)
			continue;
		snprintf(title, sizeof(title), "foresink %s", word);
		argv[1] = title;
		return (int)say_end(commands[i]->run(argc - 1, argv + 1));
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "--version") == 0) {
		if (output_open(&output, NULL) != STATUS_DONE)
			return STATUS_SYSTEM;
		help(stdout, word[2] == 'v');
		return (int)output_close(&output, STATUS_DONE);
	}
	say("no command `%s'; `foresink --help' lists them", word);
	return STATUS_USAGE;
}
