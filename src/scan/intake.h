/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/intake.h: one log that is being read, cut into pieces of whole lines
 * (scan/part.h). Pieces of one log are cut one after the other, by one thread at a
 * time; what the log says of the lines behind it (scan/format's mark) is learnt on
 * the way.
 */
#ifndef SCAN_INTAKE_H
#define SCAN_INTAKE_H

#include "logs/source.h"
#include "scan/take.h"
#include "scan/state.h"

struct intake {
	const struct scan_setting *setting;
	struct log_source *source; /* NULL: not open */
	const struct log_format *format;
	struct log_dialect dialect;
	struct log_clock_setting clock;
	uint32_t file; /* number in the scan */
	void *records; /* state of a format that is no text */
	char *carry;   /* PART_BYTES: the begin of a line whose end was not read yet */
	size_t carried;
	uint64_t dropped;        /* bytes of a line that is too long, read so far: the mark
	                          * stands in front of it; 0: in no such line */
	bool after_long;         /* such a line ended */
	bool ended;              /* the source has */
	bool broken;             /* before its time: its last line may be half a line */
	bool grows;              /* a line without an end is left for another run */
	bool follows;            /* it is kept until its end comes */
	uint64_t counted;        /* bytes of the source, of a format that is no text */
	uint64_t first_record;   /* its digest; of a format that is no text */
	struct scan_mark mark;   /* where reading stands */
	struct scan_mark proven; /* where an earlier run had ended; offset 0: nowhere */
	char tail[SCAN_STATE_TAIL];
	size_t tail_len;
};

/* Opens ${path} ("-": standard input) as number ${number} of the scan, finds its
 * format, and, if there is a state that knows it, where an earlier run ended. What
 * is wrong with it stands in ${file}, and the intake is not open then. ${first} is
 * the second of the first line that asks, or the date of the file. FSK_NOMEM,
 * FSK_STOPPED. */
FSK_MUST_USE enum fsk_err intake_open(struct intake *intake,
                                      const struct scan_setting *setting, uint32_t number,
                                      struct scan_file *file, int64_t *first);

/* Opens ${path} as above and passes over what is in front of ${mark}, where reading it
 * stood, to wait for what is appended. Only text in a plain file can be followed:
 * otherwise, or when it is another file by now, the intake is not open. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err intake_follow(struct intake *intake,
                                        const struct scan_setting *setting, uint32_t number,
                                        struct scan_file *file,
                                        const struct scan_mark *mark);

/* How many bytes of ${head}, the first of a text, are a byte order mark (U+FEFF in UTF-8,
 * RFC 3629 section 6), which Windows puts there and which belongs to no line. */
static inline size_t
intake_bom(struct span head)
{
	return head.len >= 3 && memcmp(head.text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Whether ${intake} is open. */
static inline bool
intake_is_open(const struct intake *intake)
{
	return intake->source != NULL;
}

/* Closes ${intake}; NULL and a zeroed one are allowed. */
void intake_close(struct intake *intake);

#endif
