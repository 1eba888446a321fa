/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/command.h: what a subcommand must state about itself. A command is one
 * file that ends in its constant entry, and one line in commands.def. Only this
 * floor prints, asks the clock and ends the process.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

/* Exit codes: an interface, see foresink(1). */
enum status {
	STATUS_DONE = 0,
	STATUS_FOUND = 1,   /* done, and something was found */
	STATUS_USAGE = 64,  /* the command line is wrong */
	STATUS_DATA = 65,   /* input is malformed */
	STATUS_SYSTEM = 71, /* the system refused */
	STATUS_RETRY = 75   /* not now; try again */
};

struct command {
	const char *name;
	const char *summary; /* one line, lower case, without a full stop */

	/* Runs the command; argv[0] is "foresink NAME". Returns its status. */
	enum status (*run)(int argc, char **argv);
};

#endif
