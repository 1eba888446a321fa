/* SPDX-License-Identifier: BSD-2-Clause
 *
 * load.h: questions on their way to one server of 127.0.0.1, and what came back.
 */
#ifndef LOAD_H
#define LOAD_H

#include "names.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define LOAD_BATCH 64
#define LOAD_PORTS 16
#define LOAD_IDS 65536
#define LOAD_FLIGHT 32768 /* at most on their way */
#define LOAD_RCODES 16
#define LOAD_BUCKET 10000000 /* ns: one line of the series */
#define LOAD_BUCKETS 30000

enum kind { BLOCKED, CLEAN, KINDS };

/* How a name was answered: that it, or its address, does not exist; with a record; with
 * an error or cut. */
enum fate { FATE_BLOCK, FATE_PASS, FATE_OTHER, FATES };

/* A question on its way. */
struct slot {
	int64_t sent; /* ns */
	const uint8_t *name;
	enum kind kind;
	bool open;
};

/* One port from which all source addresses ask. */
struct port {
	int socket;
	uint32_t sent, oldest; /* questions so far; the first that may be open */
	unsigned open;
	struct slot slots[LOAD_IDS]; /* by id */
};

struct bucket {
	unsigned sent, answers;
	int64_t longest; /* ns that one of the answers took */
};

/* What came of it. Times in ns of the monotonic clock. */
struct tally {
	uint64_t sent, answers, lost, unasked;
	uint64_t rcodes[LOAD_RCODES];
	uint64_t fates[KINDS][FATES];
	int64_t first_sent, last_sent, last_answer;
	int64_t silence; /* longest time between two answers */
	int64_t latency; /* longest time to an answer */
	int64_t first_answer, first_block, first_pass; /* of a blocked name; 0: never */
	int64_t blocked_latency; /* of first_block: since it was asked */
};

struct load {
	struct sockaddr_in server;
	unsigned sources, port_count;
	bool edns;
	unsigned share; /* of 100 questions so many are for blocked names */
	int64_t timeout;
	struct names names[KINDS];

	unsigned next_source, next_share;
	struct port ports[LOAD_PORTS];
	struct tally tally;
	struct bucket series[LOAD_BUCKETS];
};

/* Opens the sockets of port_count ports; errors end the program. */
void load_open(struct load *load);

/* Sends ${count} questions from one port at the time ${now}. */
void load_send(struct load *load, struct port *port, unsigned count, int64_t now);

/* Takes what has come to it; how many answers. ${clock} tells the time. */
unsigned load_take(struct load *load, struct port *port, int64_t (*clock)(void));

/* Gives up what has waited too long. */
void load_expire(struct load *load, struct port *port, int64_t now);

#endif
