/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/options.h"

#include "base/ascii.h"
#include "base/date.h"
#include "cmd/blame.h"
#include "cmd/nearest.h"
#include "cmd/output.h"
#include "cmd/say.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 256
#define DAYS_MAX 3100000 /* more than the calendar has */

void
options_init(struct options *options)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	*options = (struct options){.threads = 1};
	if (processors > 1)
		options->threads =
		        processors < THREADS_MAX ? (unsigned)processors : THREADS_MAX;
}

/* What options_parse() wraps around a command's own parser: --help, which argp
 * itself offers only together with its errors of several lines. */
struct wrapper {
	struct argp argp;
	void *input; /* of the command's parser */
};

static error_t
take_help(int key, char *arg, struct argp_state *state)
{
	struct wrapper *wrapper = state->input;
	struct output output;

	(void)arg;
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = wrapper->input;
		return 0;
	}
	if (key != OPTION_HELP)
		return ARGP_ERR_UNKNOWN;
	if (output_open(&output, NULL) != STATUS_DONE)
		exit(STATUS_SYSTEM);
	argp_help(&wrapper->argp, output.file, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK,
	          state->name);
	exit((int)output_close(&output, STATUS_DONE));
}

enum status
options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	static const struct argp_option help[] = {
	        {"help", OPTION_HELP, NULL, 0, "print this", -1}, {0}};
	const struct argp_child children[] = {{argp, 0, NULL, 0}, {0}};
	struct wrapper wrapper = {
	        .argp = {.options = help, .parser = take_help, .children = children},
	        .input = input,
	};
	int index = argc; /* of the first word that nobody took */
	const char *word = NULL;
	const char *why;

	if (argp_parse(&wrapper.argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, &index,
	               &wrapper) == 0 &&
	    index == argc)
		return STATUS_DONE;
	why = blame_find(argp->options, argc, argv, &word);
	if (why == NULL) {
		why = "this word is one too many";
		word = argv[index < argc ? index : argc - 1];
	}
	say("%s: `%s': %s; see `%s --help'", argv[0] + strlen("foresink "), word, why,
	    argv[0]);
	return STATUS_USAGE;
}

void
options_fini(struct options *options)
{
	free(options->families);
	options->families = NULL;
}

bool
options_number(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!ascii_digit(*text))
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > most)
			return false;
	}
	if (value < least)
		return false;
	*number = value;
	return true;
}

static void
add_family(struct options *options, const char *pattern)
{
	const char **grown =
	        realloc(options->families, (options->family_count + 1) * sizeof(*grown));

	if (grown == NULL) {
		say("out of memory");
		exit(STATUS_SYSTEM);
	}
	options->families = grown;
	options->families[options->family_count++] = pattern;
}

error_t
options_take(struct options *options, int key, char *arg)
{
	uint64_t number;

	switch (key) {
	case OPTION_FAMILY:
		add_family(options, arg);
		return 0;
	case OPTION_DATE:
		options->date = arg;
		return 0;
	case OPTION_DAYS:
		options->days = arg;
		return 0;
	case OPTION_FROM:
		options->from = arg;
		return 0;
	case OPTION_TO:
		options->to = arg;
		return 0;
	case OPTION_AT:
		options->at = arg;
		return 0;
	case OPTION_OUTPUT:
		options->output = arg;
		return 0;
	case OPTION_THREADS:
		if (!options_number(arg, 1, THREADS_MAX, &number)) {
			say("--threads %s: a number from 1 to %d is wanted", arg,
			    THREADS_MAX);
			exit(STATUS_USAGE);
		}
		options->threads = (unsigned)number;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Reads the words that stand for a time; false when ${text} is none of them. */
static bool
read_word(const char *text, struct span_of_time *span)
{
	int64_t now = options_now();

	if (strcmp(text, "now") == 0)
		*span = (struct span_of_time){now, now};
	else if (strcmp(text, "today") == 0)
		*span = options_day(now);
	else if (strcmp(text, "yesterday") == 0)
		*span = options_day(now - DATE_DAY);
	else if (strcmp(text, "tomorrow") == 0)
		*span = options_day(now + DATE_DAY);
	else
		return false;
	return true;
}

enum status
options_instant(const char *name, const char *text, struct span_of_time *span)
{
	struct fault fault;
	int64_t instant;
	int64_t length;

	if (read_word(text, span))
		return STATUS_DONE;
	if (date_parse_instant(span_of(text), &instant, &length, &fault) != FSK_OK) {
		say("%s %s: %s", name, text, fault.why);
		return STATUS_USAGE;
	}
	*span = (struct span_of_time){instant, instant + length - 1};
	return STATUS_DONE;
}

/* Lets ${span} last ${days} days from its first second on. */
static enum status
lengthen(const char *days, struct span_of_time *span)
{
	uint64_t number;

	if (!options_number(days, 1, DAYS_MAX, &number)) {
		say("--days %s: a number of days, 1 or more, is wanted", days);
		return STATUS_USAGE;
	}
	span->to = span->from + (int64_t)number * DATE_DAY - 1;
	if (date_day_of(span->to) <= DATE_LAST)
		return STATUS_DONE;
	say("--days %s: the calendar ends with 9999-12-31", days);
	return STATUS_USAGE;
}

enum status
options_span(const struct options *options, struct span_of_time standard,
             struct span_of_time *span)
{
	const char *begin = options->date != NULL ? options->date : options->from;
	struct span_of_time first = standard;
	struct span_of_time last = standard;
	enum status status = STATUS_DONE;

	if (options->date != NULL && (options->from != NULL || options->to != NULL)) {
		say("--date excludes --from and --to");
		return STATUS_USAGE;
	}
	if (options->days != NULL && options->to != NULL) {
		say("--days excludes --to");
		return STATUS_USAGE;
	}
	if (begin != NULL)
		status = options_instant(options->date != NULL ? "--date" : "--from", begin,
		                         &first);
	if (options->date != NULL)
		last = first;
	if (status == STATUS_DONE && options->to != NULL)
		status = options_instant("--to", options->to, &last);
	if (status != STATUS_DONE)
		return status;
	*span = (struct span_of_time){first.from, last.to};
	if (options->days != NULL)
		return lengthen(options->days, span);
	if (span->from > span->to) {
		say("the span runs backwards: it begins after its end%s",
		    options->to == NULL ? " (add --to)" : "");
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

/* Says that ${pattern} means nothing, and what it may have meant. */
static void
reject(const char *pattern)
{
	char near[DGA_GENERATOR_NAME_SIZE];

	if (nearest_generator(pattern, near))
		say("--family %s: no such family or variant; the nearest is %s", pattern,
		    near);
	else
		say("--family %s: no such family or variant; see `foresink families'",
		    pattern);
}

enum status
options_select(const struct options *options, struct selection *selection)
{
	size_t whole = dga_generator_count();
	size_t *numbers = calloc(whole, sizeof(*numbers));
	size_t count = 0;

	if (numbers == NULL) {
		say("out of memory");
		return STATUS_SYSTEM;
	}
	for (size_t p = 0; p < options->family_count; p++) {
		bool any = false;

		for (size_t i = 0; i < whole && !any; i++) {
			struct dga_generator g = dga_generator_at(i);

			any = dga_generator_means(&g, options->families[p]);
		}
		if (!any) {
			reject(options->families[p]);
			free(numbers);
			return STATUS_USAGE;
		}
	}
	for (size_t i = 0; i < whole; i++) {
		struct dga_generator g = dga_generator_at(i);
		bool wanted = options->family_count == 0;

		for (size_t p = 0; p < options->family_count && !wanted; p++)
			wanted = dga_generator_means(&g, options->families[p]);
		if (wanted)
			numbers[count++] = i;
	}
	*selection = (struct selection){numbers, count};
	return STATUS_DONE;
}

void
selection_fini(struct selection *selection)
{
	free(selection->generators);
	selection->generators = NULL;
}

enum dga_confidence
options_confidence(const char *word)
{
	enum dga_confidence confidence;

	if (!dga_confidence_find(span_of(word), &confidence)) {
		say("--confidence %s: it is low, medium or high", word);
		exit(STATUS_USAGE);
	}
	return confidence;
}

int64_t
options_now(void)
{
	return (int64_t)time(NULL);
}

struct span_of_time
options_day(int64_t instant)
{
	int64_t first = date_day_of(instant) * DATE_DAY;

	return (struct span_of_time){first, first + DATE_DAY - 1};
}
