/* SPDX-License-Identifier: BSD-2-Clause
 *
 * scan/scan.h: reviews logs: reads them, matches each name with the lists of the
 * time at which it was asked for, and judges the hosts. What could not be read is
 * counted and told, never passed over in silence. Nothing here prints or asks
 * the clock; a scan is used from one thread, and starts its own workers.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "logs/catalog.h"
#include "verdict/verdict.h"
#include "watch/allow.h"
#include "watch/archive.h"

struct scan;
struct scan_state;

struct scan_setting {
	const size_t *generators; /* numbers, rising, each once */
	size_t generator_count;
	unsigned window_days;
	const struct log_format *format; /* NULL: by content */
	struct log_dialect dialect;      /* what the user said of it */
	bool utc;                        /* times without a zone are UTC; else as TZ says */
	int year;                        /* of yearless times; 0: from the file's date */
	unsigned v6_bits;                /* IPv6 addresses are grouped by so many: 64 */
	unsigned threads;                /* at least 1 */
	int64_t now; /* seconds since 1970: the date of standard input */
	const struct watch_allow *allow; /* NULL: none */
	struct watch_archive *archive;   /* names of any time, for clocks that are far
	                                  * off; NULL: none */
	bool follow; /* scan_follow() will come: a last line without an end is left to it */
	int stop; /* a descriptor: once it can be read, no pipe is waited for any more, and
	           * progress says stop; 0: none */
	struct scan_state *state; /* where files were read to; NULL: from the start */

	/* Called now and then with the bytes read so far and all of them, as they
	 * lie on the disk (0: not known); returns false to stop. May be NULL. */
	bool (*progress)(uint64_t done, uint64_t whole, void *context);

	/* Called by scan_add() for each file or folder that cannot be read, with errno's
	 * value. May be NULL. */
	void (*unopened)(const char *path, int error, void *context);

	/* Called for each sighting in the order of the lines, also for those that
	 * will be judged chance. May be NULL. */
	void (*sighting)(const struct sighting *sighting, void *context);
	void *context;
};

/* What was read of one file. */
struct scan_file {
	const char *path;                /* as given or found; "-" standard input */
	const struct log_format *format; /* NULL: none reads it */
	const char *why;                 /* static: why it was not read, or not to its
	                                  * end; NULL: all is well */
	int error;                       /* errno that belongs to why, or 0 */
	struct log_dialect dialect;
	bool assumed_zone;
	bool assumed_year;
	bool undated;       /* a pipe: its date is that of the scan */
	uint64_t from_line; /* lines that an earlier run read */
	uint64_t bytes;     /* read now, decompressed */
	uint64_t lines;     /* or records */
	uint64_t asked;     /* lines that say that a client asked for a name */
	uint64_t aside;
	uint64_t skipped; /* lines that could not be read */
	bool empty;       /* a file that holds nothing yet */
	bool left;        /* nothing appended to it would be read: it is no text, or
	                   * compressed, or a pipe */
	bool unended;     /* its last line has no end yet: it is left to another run */
	int64_t first_us; /* of the asked ones; INT64_MAX, INT64_MIN: none */
	int64_t last_us;
};

/* A line that could not be read. */
struct scan_skip {
	uint32_t file;
	uint64_t line;
	const char *why; /* static */
};

#define SCAN_SKIPS 5 /* the first that are told */

/* What all files together say. */
struct scan_report {
	const struct scan_file *files;
	size_t file_count;
	uint64_t bytes;
	uint64_t lines;
	uint64_t asked;
	uint64_t aside;
	uint64_t skipped;
	struct scan_skip skips[SCAN_SKIPS];
	size_t skip_count;
	uint64_t timeless;   /* asked lines without a time: counted among the skipped */
	uint64_t clientless; /* asked lines that do not say who asked */
	uint64_t nameless;   /* asked lines, of requests, that do not say of which host */
	uint64_t allowed;    /* sightings that the allow list took out */
	uint64_t sightings;  /* the others */
	int64_t first_us;    /* INT64_MAX, INT64_MIN when nothing was asked */
	int64_t last_us;
	bool far_full;         /* more names of other times came than are kept */
	double hosts;          /* different clients, estimated */
	double clean;          /* different pairs of client and clean name, estimated */
	struct null_rate rate; /* of all generators together */
	const struct null_rate *rates; /* of each generator, by number */
	size_t index_names;            /* forecasts that lines were compared with */
	size_t index_bytes;
	const struct verdict *verdict; /* judged */
};

/* Makes ${scan} after ${setting}, whose pointers must outlive it; the caller
 * frees it. FSK_NOMEM, FSK_UNKNOWN. */
FSK_MUST_USE enum fsk_err scan_new(const struct scan_setting *setting, struct scan **scan);

/* Adds what lies at ${path}: a file, all files of a folder and of the folders in
 * it, by name, or standard input for "-". A file that was added already is not
 * added again. FSK_IO with errno, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err scan_add(struct scan *scan, const char *path);

/* The path by which file ${inode} on ${device} was added; NULL: it was not. Valid until
 * the next scan_add(). */
const char *scan_finds(const struct scan *scan, uint64_t device, uint64_t inode);

/* Reads all files that were added and not read yet. What is wrong with one file
 * stands in its report and is no error. FSK_STOPPED, FSK_NOMEM, FSK_IO (no
 * threads). After each of them the report holds for what was read. */
FSK_MUST_USE enum fsk_err scan_run(struct scan *scan);

/* Goes on with the files that were read: waits for what is appended to them and
 * for files that take their place (rotation), until progress says stop. Calls
 * ${settled} about once a second when something new was read and judged.
 * FSK_STOPPED in the end; FSK_NOMEM, FSK_IO. */
FSK_MUST_USE enum fsk_err scan_follow(struct scan *scan,
                                      void (*settled)(const struct scan_report *report,
                                                      void *context));

/* Judges what was read and stores it in ${report}, valid until the next call of a
 * function with ${scan}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err scan_judge(struct scan *scan, struct scan_report *report);

/* Frees ${scan}; NULL is allowed. */
void scan_free(struct scan *scan);

#endif
