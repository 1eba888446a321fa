/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/question.h: the entry of a log that keeps the DNS messages themselves. What
 * the message says goes into the entry here; time, client and transport are the
 * log's to fill in. The texts lie in the scratch of the call.
 */
#ifndef LOGS_QUESTION_H
#define LOGS_QUESTION_H

#include "base/address.h"
#include "logs/entry.h"

/* Reads the ${len} octets at ${octets}, a message on its way to a server, into name,
 * type, behind and behind_bits of ${entry}. LOG_ASIDE for answers, for other opcodes
 * than QUERY and for other classes than IN and ANY; LOG_FOREIGN with why. */
enum log_kind question_read(const unsigned char *octets, size_t len,
                            struct log_scratch *scratch, struct log_entry *entry);

/* Writes ${address} into ${scratch} and stores where in ${text}. False when there is
 * no room. */
bool question_address(const struct address *address, struct log_scratch *scratch,
                      struct span *text);

/* Stores ${seconds} since 1970 and ${us} microseconds in ${entry} as its time, UTC.
 * False, with why, when that is no time from 1970 to 9999. */
bool question_time(uint64_t seconds, uint64_t us, struct log_entry *entry);

#endif
