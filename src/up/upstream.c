/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/upstream.h"

#include "base/ascii.h"
#include "up/content.h"
#include "up/value.h"

#include <errno.h>
#include <unistd.h>

#define PORT 53
#define FILE_MOST 65536 /* octets */

size_t
up_upstream_read(struct span text, struct net_endpoint found[UP_UPSTREAM_NAMESERVERS])
{
	size_t count = 0;

	while (text.len > 0 && count < UP_UPSTREAM_NAMESERVERS) {
		const char *end = memchr(text.text, '\n', text.len);
		struct span line = {text.text,
		                    end != NULL ? (size_t)(end - text.text) : text.len};
		struct span word;

		text = span_from(text, line.len + 1);
		/* The word begins the line (resolv.conf(5)), and more may follow. */
		if (line.len == 0 || ascii_space(line.text[0]))
			continue;
		while (line.len > 0 && ascii_space(line.text[line.len - 1]))
			line.len--;
		if (!up_value_part(&line, &word) ||
		    !span_equal(word, span_of("nameserver")) ||
		    !up_value_part(&line, &word) ||
		    memchr(word.text, '%', word.len) != NULL)
			continue;
		if (address_read(word, &found[count].address) == FSK_OK)
			found[count++].port = PORT;
	}
	return count;
}

static enum fsk_err
take_nameservers(struct up_config *config, struct up_trouble *trouble)
{
	struct up_guard *guard = &config->guard;
	struct net_endpoint found[UP_UPSTREAM_NAMESERVERS];
	struct up_content content;
	enum fsk_err err = up_content_read(guard->resolv, FILE_MOST, &content);
	size_t count;

	if (err == FSK_NOMEM)
		return err;
	if (err != FSK_OK) {
		up_trouble_set(trouble, config->path, guard->resolv_line,
		               "there is no key upstream in [guard], and %s: %s",
		               guard->resolv,
		               err == FSK_IO ? strerror(errno) : "the file is too long");
		return err == FSK_IO ? FSK_IO : FSK_SYNTAX;
	}
	count = up_upstream_read((struct span){content.octets, content.len}, found);
	up_content_fini(&content);
	if (count == 0) {
		up_trouble_set(trouble, config->path, guard->resolv_line,
		               "there is no key upstream in [guard], and no nameserver in "
		               "%s",
		               guard->resolv);
		return FSK_SYNTAX;
	}
	guard->upstreams.at =
	        up_arena_take(&config->arena, count, sizeof(*guard->upstreams.at));
	guard->upstreams.lines =
	        up_arena_take(&config->arena, count, sizeof(*guard->upstreams.lines));
	if (guard->upstreams.at == NULL || guard->upstreams.lines == NULL)
		return FSK_NOMEM;
	memcpy(guard->upstreams.at, found, count * sizeof(found[0]));
	for (size_t i = 0; i < count; i++)
		guard->upstreams.lines[i] = guard->resolv_line;
	guard->upstreams.count = count;
	guard->from_resolv = true;
	return FSK_OK;
}

/* Whether ${address} is one of this machine: a socket can be bound to it. */
static bool
is_own(const struct address *address)
{
	struct net_endpoint any = {.address = *address};
	int fd;

	if (net_open_udp(&any, &fd, NULL) != FSK_OK)
		return false;
	close(fd);
	return true;
}

static bool
is_any(const struct address *address)
{
	static const uint8_t zeros[16];
	struct address four = address_of_v4(zeros), six = address_of_v6(zeros);

	return address_equal(address, &four) || address_equal(address, &six);
}

/* Whether who listens on ${listen} gets what is sent to ${upstream}. */
static bool
is_loop(const struct net_endpoint *listen, const struct net_endpoint *upstream)
{
	if (listen->port != upstream->port)
		return false;
	if (address_equal(&listen->address, &upstream->address))
		return true;
	if (address_is_v4(&listen->address) != address_is_v4(&upstream->address))
		return false;
	/* 0.0.0.0 and :: mean any address of this machine, on both sides. */
	return (is_any(&listen->address) && is_own(&upstream->address)) ||
	       (is_any(&upstream->address) && is_own(&listen->address));
}

enum fsk_err
up_upstream_find(struct up_config *config, struct up_trouble *trouble)
{
	struct up_guard *guard = &config->guard;
	enum fsk_err err = FSK_OK;

	if (guard->upstreams.count == 0)
		err = take_nameservers(config, trouble);
	if (err != FSK_OK)
		return err;
	for (size_t i = 0; i < guard->upstreams.count * guard->listen.count; i++) {
		const struct net_endpoint *upstream =
		        &guard->upstreams.at[i / guard->listen.count];
		char text[NET_ENDPOINT_SIZE];

		if (!is_loop(&guard->listen.at[i % guard->listen.count], upstream))
			continue;
		net_endpoint_write(upstream, text);
		up_trouble_set(trouble, config->path,
		               guard->upstreams.lines[i / guard->listen.count],
		               "the upstream %s is guard itself, which listens there: name "
		               "the resolver behind it with the key upstream",
		               text);
		return FSK_SYNTAX;
	}
	return FSK_OK;
}
