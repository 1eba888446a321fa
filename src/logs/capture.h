/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/capture.h: the packets of a capture file (pcap and pcapng, in either octet
 * order, with any resolution of time), read by libpcap out of a log_source, so that
 * compressed files and standard input are read too.
 */
#ifndef LOGS_CAPTURE_H
#define LOGS_CAPTURE_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct capture;
struct log_source;

/* A packet as it was captured. */
struct capture_packet {
	const unsigned char *octets; /* valid until the next one is read */
	size_t len;
	int64_t seconds; /* since 1970, as the file says: any number */
	int64_t us;      /* the same; what is finer is cut */
};

/* Whether a file that begins with the ${len} octets at ${head} is a capture. */
bool capture_known(const unsigned char *head, size_t len);

/* Opens the packets of ${source}, which stays the caller's and must outlive them,
 * and stores them in ${capture}. FSK_CORRUPT with ${why} (static), FSK_NOMEM, FSK_IO
 * with errno. */
FSK_MUST_USE enum fsk_err capture_open(struct log_source *source, struct capture **capture,
                                       const char **why);

/* The link type of all packets of ${capture}, as logs/packet.h counts them. */
int capture_link(const struct capture *capture);

/* Reads the next packet into ${packet}. FSK_END behind the last; FSK_CORRUPT with
 * ${why} when the rest cannot be read; FSK_NOMEM, FSK_IO with errno. */
FSK_MUST_USE enum fsk_err capture_next(struct capture *capture,
                                       struct capture_packet *packet, const char **why);

/* Closes ${capture}; NULL is allowed. */
void capture_close(struct capture *capture);

#endif
