/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/blame.h"

#include <stdbool.h>
#include <string.h>

/* The row of the option --${name}, ${len} letters of it, in full or cut short
 * (as getopt_long() allows); NULL when there is none. */
static const struct argp_option *
find_long(const struct argp_option *options, const char *name, size_t len)
{
	const struct argp_option *begun = NULL;

	for (; options->key != 0 || options->name != NULL || options->doc != NULL;
	     options++) {
		if (options->name == NULL || strncmp(options->name, name, len) != 0)
			continue;
		if (options->name[len] == '\0')
			return options;
		begun = options;
	}
	return begun;
}

/* Whether --${name}, ${len} letters of it, is cut so short that several options begin
 * so; --help is one that every command has. */
static bool
is_ambiguous(const struct argp_option *options, const char *name, size_t len)
{
	size_t begun = strncmp("help", name, len) == 0;

	for (; options->key != 0 || options->name != NULL || options->doc != NULL;
	     options++) {
		if (options->name == NULL || strncmp(options->name, name, len) != 0)
			continue;
		if (options->name[len] == '\0')
			return false;
		begun++;
	}
	return begun > 1;
}

/* The row of the option -${letter}; NULL when there is none. */
static const struct argp_option *
find_short(const struct argp_option *options, char letter)
{
	for (; options->key != 0 || options->name != NULL || options->doc != NULL;
	     options++) {
		if (options->key == letter)
			return options;
	}
	return NULL;
}

/* What is wrong with the word ${text}, "--name" or "--name=value"; NULL: nothing.
 * ${wants_next} is set when its value is the next word. */
static const char *
check_long(const struct argp_option *options, const char *text, bool *wants_next)
{
	size_t len = strcspn(text + 2, "=");
	bool has_value = text[2 + len] == '=';
	const struct argp_option *row = find_long(options, text + 2, len);

	if (row == NULL)
		return "there is no such option";
	if (is_ambiguous(options, text + 2, len))
		return "several options begin so";
	if (has_value && row->arg == NULL)
		return "this option takes no value";
	*wants_next = row->arg != NULL && !has_value;
	return NULL;
}

/* The same of the word ${text}, "-abc" or "-avalue". */
static const char *
check_short(const struct argp_option *options, const char *text, bool *wants_next)
{
	for (size_t i = 1; text[i] != '\0'; i++) {
		const struct argp_option *row = find_short(options, text[i]);

		if (row == NULL)
			return "there is no such option";
		if (row->arg != NULL) {
			*wants_next = text[i + 1] == '\0';
			return NULL;
		}
	}
	return NULL;
}

const char *
blame_find(const struct argp_option *options, int argc, char **argv, const char **word)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		bool wants_next = false;
		const char *why = NULL;

		*word = argv[i];
		if (strncmp(argv[i], "--", 2) == 0)
			why = check_long(options, argv[i], &wants_next);
		else if (argv[i][0] == '-' && argv[i][1] != '\0')
			why = check_short(options, argv[i], &wants_next);
		if (why != NULL)
			return why;
		if (wants_next && i + 1 >= argc)
			return "this option needs a value";
		i += wants_next;
	}
	return NULL;
}
