/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/relay_ports.h"

#include "guard/relay_core.h"
#include "guard/relay_datagram.h"

#include <errno.h>
#include <unistd.h>

/* Ports are drawn from the upper half, 15 bits by random: below it are those at which the
 * services of this host want to be found, and a socket there would be in their way. */
#define PORT_LEAST 0x8000u
#define TRIES 32 /* ports that are in use, until the kernel chooses */

/* Datagrams after which, and milliseconds by which a port is replaced: half of it at least,
 * the rest by random, so that they do not end together. */
#define USES 1024u
#define LIFE_MS 32768u

_Static_assert((GUARD_PORTS & (GUARD_PORTS - 1)) == 0, "drawn by a mask");

static enum fsk_err
reach(struct relay_upstream *upstream, int *fd)
{
	struct relay_random *random = &upstream->relay->random;
	enum fsk_err err = FSK_IO;

	for (unsigned i = 0; i < TRIES; i++) {
		uint16_t port = (uint16_t)(relay_random_16(random) | PORT_LEAST);

		err = net_reach_udp(&upstream->endpoint, port, fd);
		if (err == FSK_OK || errno != EADDRINUSE)
			return err;
	}
	return net_reach_udp(&upstream->endpoint, 0, fd);
}

static void
close_port(struct relay_port *port)
{
	if (port->watch.fd < 0)
		return;
	net_watch_end(port->lane.upstream->relay->loop, &port->watch);
	close(port->watch.fd);
	port->watch.fd = -1;
}

/* Sets when ${port} is to be replaced. */
static void
refresh(struct relay_port *port)
{
	struct guard_relay *relay = port->lane.upstream->relay;

	port->uses = USES / 2 + relay_random_16(&relay->random) % (USES / 2);
	port->until_ms = net_loop_now(relay->loop) + LIFE_MS / 2 +
	                 relay_random_16(&relay->random) % (LIFE_MS / 2);
}

/* Opens ${port} anew, on which nothing is under way. When that fails the old one stays. */
static enum fsk_err
renew(struct relay_port *port)
{
	struct guard_relay *relay = port->lane.upstream->relay;
	enum fsk_err err;
	int fd;

	err = reach(port->lane.upstream, &fd);
	if (err != FSK_OK)
		return err;
	/* A datagram that still comes to the old one is nobody's. */
	close_port(port);
	port->watch = (struct net_watch){
	        .fd = fd, .ready = relay_datagram_ready, .context = port};
	err = net_watch_begin(relay->loop, &port->watch, NET_READ);
	if (err != FSK_OK) {
		int error = errno;

		close(fd);
		port->watch.fd = -1;
		errno = error;
		return err;
	}
	port->lane.number = relay->lanes++;
	refresh(port);
	return FSK_OK;
}

/* Whether ${error} is of the network, and may pass. */
static bool
is_passing(int error)
{
	switch (error) {
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EACCES:
	case EPERM:
	case EINVAL:
		return true;
	default:
		return false;
	}
}

enum fsk_err
relay_ports_open(struct relay_upstream *upstream)
{
	for (size_t i = 0; i < GUARD_PORTS; i++) {
		enum fsk_err err = renew(&upstream->ports[i]);

		if (err == FSK_IO && is_passing(errno))
			return FSK_OK;
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

struct relay_port *
relay_ports_pick(struct relay_upstream *upstream)
{
	struct guard_relay *relay = upstream->relay;
	struct relay_port *port;

	port = &upstream->ports[relay_random_16(&relay->random) % GUARD_PORTS];
	if (port->watch.fd >= 0 && port->uses > 0 &&
	    net_loop_now(relay->loop) < port->until_ms)
		return port;
	/* On a busy one the next that comes waits for the change: to look for another would
	 * make the random choice a narrower one. */
	if (port->lane.waiting > 0)
		return port;
	if (renew(port) == FSK_OK)
		return port;
	if (port->watch.fd < 0)
		return NULL;
	/* Without descriptors, say, the old one is as good; not to be tried each time. */
	refresh(port);
	return port;
}

void
relay_ports_tire(struct relay_upstream *upstream)
{
	for (size_t i = 0; i < GUARD_PORTS; i++)
		upstream->ports[i].uses = 0;
}

void
relay_ports_close(struct relay_upstream *upstream)
{
	for (size_t i = 0; i < GUARD_PORTS; i++)
		close_port(&upstream->ports[i]);
}
