/* SPDX-License-Identifier: BSD-2-Clause
 *
 * store/record.h: a sighting as octets, the same in journals and between engines: little
 * endian, complete in itself (the generator by its name, since numbers change with the
 * catalog), readable by every later version. What was sent by strangers is kept octet for
 * octet up to the bounds below; what is longer is cut there, and marked.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "watch/sighting.h"

/* Octets of each text, at most. */
#define STORE_NAME_MOST 253
#define STORE_HOST_MOST 260
#define STORE_METHOD_MOST 32
#define STORE_TARGET_MOST 2048
#define STORE_AGENT_MOST 512
#define STORE_TEXT_MOST 256 /* of all others */
#define STORE_FIRST_MOST 4096

/* Octets of the longest record. */
#define STORE_RECORD_MOST 12288

/* What a record says besides its sighting. */
struct store_said {
	bool cut;              /* one of its texts was */
	struct span generator; /* "conficker/b", also of one that this catalog does not have
	                        * (sighting.match.generator is SIGHTING_NO_GENERATOR then);
	                        * empty: none */
	struct span fingerprint; /* likewise */
};

/* Writes ${sighting} into ${out}, of STORE_RECORD_MOST octets; how many. File and line are
 * not kept: they mean something to the observer alone; of a sighting without a generator
 * its match is not, of a generator that this catalog does not have neither. */
size_t store_record_write(const struct sighting *sighting, uint8_t *out);

/* Reads the ${len} octets at ${octets} into ${sighting}, whose spans lie in them, and
 * ${said} (may be NULL). Total: FSK_CORRUPT for what no version wrote: cut, with octets
 * left over, with lengths, numbers or kinds that cannot be; FSK_VERSION for a later
 * version's. */
FSK_MUST_USE enum fsk_err store_record_read(const uint8_t *octets, size_t len,
                                            struct sighting *sighting,
                                            struct store_said *said);

/* What a reader of many records remembers, so that it need not look for a name again:
 * zeros at first, of one thread. */
#define STORE_RECALLED 128
struct store_recalled {
	char name[64];
	uint8_t len; /* 0: nothing */
	uint32_t generator;
	const char *fingerprint;
};
struct store_recall {
	struct store_recalled generators[STORE_RECALLED];
	struct store_recalled fingerprints[STORE_RECALLED];
};

/* The same, with a memory; ${recall} may be NULL. */
FSK_MUST_USE enum fsk_err store_record_recall(struct span record, struct sighting *sighting,
                                              struct store_said *said,
                                              struct store_recall *recall);

#endif
