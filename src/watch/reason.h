/* SPDX-License-Identifier: BSD-2-Clause
 *
 * watch/reason.h: why a name is a bot's, in one line that is the same wherever people meet
 * it: in the answer that blocks it (EDE), in the alert, in `foresink explain'.
 */
#ifndef WATCH_REASON_H
#define WATCH_REASON_H

#include <foresink/watch.h>

/* Octets of the longest line with its NUL. */
#define WATCH_REASON_SIZE 128

/* Writes why the name of ${match} is known, the family, the variant, the day and the number
 * in that day's list: "conficker/b 2015-08-03 #17"; of a period of several whole days the
 * first and the last, "locky/v2-cfg1 2016-03-02/2016-03-03 #3"; of one that is no whole
 * days its first and last second, "2014-01-02T02:59:12Z/2014-01-02T03:07:43Z"; of a list
 * that always holds "always". Short, since an answer over UDP is at most twice as long as
 * what was asked. ASCII. The generator must exist. */
void watch_reason_write(const struct fsk_match *match, char text[WATCH_REASON_SIZE]);

#endif
