/* SPDX-License-Identifier: BSD-2-Clause
 *
 * batches.h: the smallest DNS server: reads as many datagrams as there are with one call,
 * answers each in its place, and sends them with one call.
 */
#ifndef BATCHES_H
#define BATCHES_H

#include <stddef.h>
#include <stdint.h>

#define BATCHES_ROOM 1232 /* octets of a datagram */

/* Makes the question of ${len} octets at ${message} an answer; its length, 0: none. */
typedef size_t batches_answer(uint8_t message[BATCHES_ROOM], size_t len);

/* Serves on ${port} of 127.0.0.1 with so many threads, each with a socket of its own, for
 * ever; errors end the program. */
_Noreturn void batches_serve(const char *port, const char *threads, batches_answer *answer);

#endif
