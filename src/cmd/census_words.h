/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_words.h: what a census says in words and numbers, whatever the form.
 */
#ifndef CMD_CENSUS_WORDS_H
#define CMD_CENSUS_WORDS_H

#include "cmd/census_report.h"
#include "cmd/words.h"

/* "outside", "many", "headers", "canary"; and the same for people: "asked for names of
 * days that are far off". Who was removed by a rule is those of whom that is true. */
const char *census_words_chaff(enum census_chaff chaff);
const char *census_words_chaff_why(enum census_chaff chaff);

/* "2009-01-22", "2009-01-22 to 2009-01-24"; of a part of a day "2009-01-22 14:00 to 15:00".
 * ${to} is not included. */
struct words census_words_window(int64_t from, int64_t to);

/* "1 address", "1,204 addresses". */
struct words census_words_addresses(uint64_t number);

/* The day of ${second}: "2009-01-22". */
struct words census_words_day(int64_t second);

/* ${number} of ${unit}: "353,495"; of shares "42.1 %". */
struct words census_words_number(enum census_unit unit, double number);

/* "15.1 %": ${part} of ${whole}. */
struct words census_words_share(uint64_t part, uint64_t whole);

/* "counted", "at least", "at most" or "1,204 to 1,399". */
struct words census_words_range(const struct census_method *method,
                                const struct census_figure *figure);

/* ${rate} a day: "-5.2 %". */
struct words census_words_rate(double rate);

/* What the figure is of, in seconds: its own, or that of ${report} if it has none. */
void census_words_span(const struct census_report *report,
                       const struct census_figure *figure, int64_t *from, int64_t *to);

/* What ${line} of a table by ${by} stands for: "2009-01-22T14:00:00Z", "DE", "AS64496",
 * "conficker/b"; "not known". */
struct words census_words_line(enum census_by by, const struct census_line *line);

/* "nobody called from 15:00 on", "nobody called before 07:00". */
struct words census_words_cut(const struct census_cut *cut);

#endif
