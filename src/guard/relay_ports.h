/* SPDX-License-Identifier: BSD-2-Clause
 *
 * guard/relay_ports.h: the UDP sockets of an upstream: GUARD_PORTS of them, each at a
 * random port, each replaced now and then by one at another when nothing is under way on
 * it. They are connected: the kernel takes datagrams from the upstream's address and port
 * alone, and tells when there is nobody.
 */
#ifndef GUARD_RELAY_PORTS_H
#define GUARD_RELAY_PORTS_H

#include "guard/relay_upstream.h"

/* Opens all. What says that the network is not there (yet) is no failure: it is tried again
 * when one is wanted. FSK_IO with errno, FSK_NOMEM; some may be open then. */
FSK_MUST_USE enum fsk_err relay_ports_open(struct relay_upstream *upstream);

/* One by random. NULL with errno: there is none. */
struct relay_port *relay_ports_pick(struct relay_upstream *upstream);

/* Each is to be replaced before it is used again. */
void relay_ports_tire(struct relay_upstream *upstream);

void relay_ports_close(struct relay_upstream *upstream);

#endif
