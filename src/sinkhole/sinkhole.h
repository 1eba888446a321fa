/* SPDX-License-Identifier: BSD-2-Clause
 *
 * sinkhole/sinkhole.h: authoritative DNS for held names, and HTTP, TLS and raw TCP for who
 * calls them. Workers that share nothing but the ground, what was answered just before,
 * and the store's folder; each has its own loop, sockets and journal. This is the face to
 * the daemon: made and bound by its thread, started when there is something to serve and
 * privileges are gone.
 */
#ifndef SINKHOLE_SINKHOLE_H
#define SINKHOLE_SINKHOLE_H

#include "sinkhole/front_tcp.h"

#define SINKHOLE_LISTENS 64
#define SINKHOLE_WORKERS 64

struct sinkhole_setting {
	const struct net_endpoint *dns; /* UDP and TCP; copied */
	size_t dns_count;
	const struct net_endpoint *web; /* TCP; copied */
	size_t web_count;
	unsigned workers; /* 1..SINKHOLE_WORKERS */
	/* Connections at a time, and of one neighbourhood. The kernel deals them to
	 * workers: each takes a quarter more than its part of the first, and as much again
	 * of the second, and 16, so that with several there may be so many more. */
	unsigned callers, of_prefix;
	size_t keep;             /* octets of a contact's beginning */
	const char *sensor;      /* copied */
	const char *store;       /* folder; NULL: sinkhole_keep_in() says where */
	size_t segment;          /* octets of a journal's; 0: STORE_SEGMENT */
	const char *certificate; /* paths of PEM files; NULL: TLS is not spoken; copied */
	const char *key;
	int64_t shift_us; /* what is added to the machine's calendar, for tests */
};

struct sinkhole;

/* Binds all sockets of all workers, opens their journals (workers "sinkhole-0" and on), if
 * the setting has a store, and reads the certificate; nothing is served, no thread begun.
 * FSK_IO with errno and in ${which} the number of the endpoint, those of web behind those
 * of dns (SIZE_MAX: the store, or, with ${why}, the certificate or its key); FSK_SYNTAX
 * with
 * ${why}, a static text: the certificate; FSK_RANGE, FSK_NOMEM. */
FSK_MUST_USE enum fsk_err sinkhole_new(const struct sinkhole_setting *setting,
                                       size_t *which, const char **why,
                                       struct sinkhole **sinkhole);

/* How many workers it has. */
size_t sinkhole_workers(const struct sinkhole *sinkhole);

/* The endpoint that listener ${n} got. */
struct net_endpoint sinkhole_endpoint(const struct sinkhole *sinkhole, size_t n);

/* Keeps what is seen in ${journals}, one a worker, which the caller owns and which outlive
 * ${sinkhole}; of a setting without a store, before the first swap. So a daemon opens them
 * as who it goes on as, and moves what the last contacts put when all workers are gone. */
void sinkhole_keep_in(struct sinkhole *sinkhole, struct store_journal *const *journals);

/* Its journals, one a worker, to be synced by the mover; ${count} of them. They are gone
 * with the sinkhole if it opened them: the mover goes first. */
struct store_journal *const *sinkhole_journals(const struct sinkhole *sinkhole,
                                               size_t *count);

/* Takes other limits, keep and sensor; workers, endpoints, store and the names of the
 * certificate's files stay as they are: FSK_RANGE when they differ. */
FSK_MUST_USE enum fsk_err sinkhole_change(struct sinkhole *sinkhole,
                                          const struct sinkhole_setting *setting);

/* Serves ${ground} from now on and owns it in any case; the first time it begins the
 * threads. FSK_NOMEM, FSK_IO with errno: what was served stays. */
FSK_MUST_USE enum fsk_err sinkhole_swap(struct sinkhole *sinkhole,
                                        struct sinkhole_ground *ground);

/* Sums over the workers. */
struct sinkhole_counts {
	uint64_t kept[SIGHTING_KINDS];
	uint64_t lost, rejected[SINKHOLE_REJECTS];
	uint64_t limited, unsent, bots, visitors, strange;
	uint64_t callers, evicted, late, bytes;
};
void sinkhole_count_all(const struct sinkhole *sinkhole, struct sinkhole_counts *counts);
struct sinkhole_ground_facts sinkhole_facts(const struct sinkhole *sinkhole);

/* Ends the threads and closes all; NULL is allowed. */
void sinkhole_free(struct sinkhole *sinkhole);

#endif
