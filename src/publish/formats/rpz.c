/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A response policy zone as a zone file.
 */
#include "publish/canary.h"
#include "publish/head.h"
#include "publish/octets.h"
#include "publish/walk.h"

#define ROOM 2200 /* bytes of the longest rule: each octet twice, and may become four */

/* Octets that a rule's owner has beside its name and the zone's: "*." and a dot. */
#define OWNER_OCTETS 3

static void
put_rule(struct publish_file *file, struct span name, bool odd, bool pass)
{
	char *room = publish_room(file, ROOM);
	char *at = odd ? octets_put_escaped(room, name) : octets_put(room, name);
	struct span owner = {room, (size_t)(at - room)};

	for (int twice = 0; twice < 2; twice++) {
		at = pass ? OCTETS_LITERAL(at, " CNAME rpz-passthru.\n")
		          : OCTETS_LITERAL(at, " CNAME .\n");
		if (twice == 0) {
			at = OCTETS_LITERAL(at, "*.");
			at = octets_put(at, owner);
		}
	}
	publish_took(file, (size_t)(at - room));
}

/* The records at the top of the zone. */
static void
put_apex(const struct publish_list *list, struct publish_file *file)
{
	publish_put_text(file, "$TTL ");
	publish_put_number(file, list->ttl);
	publish_put_text(file, "\n$ORIGIN ");
	publish_put(file, list->origin);
	publish_put_text(file, ".\n@ SOA localhost. hostmaster.localhost. ");
	publish_put_number(file, list->serial);
	publish_put_text(file, " 3600 600 604800 ");
	publish_put_number(file, list->ttl);
	publish_put_text(file, "\n@ NS localhost.\n");
}

static void
put_canary(const struct publish_list *list, struct publish_file *file)
{
	struct fsk_name name;

	if (!publish_canary_text(list, &name))
		return;
	publish_put(file, publish_canary_span(&name));
	publish_put_text(file, " TXT \"foresink serial=");
	publish_put_number(file, list->serial);
	publish_put_text(file, "\"\n");
	if (publish_canary_blocked(list, &name))
		put_rule(file, publish_canary_span(&name), false, false);
}

/* Octets of the longest name that can stand in the zone (RFC 1035 section 2.3.4). */
static size_t
longest(const struct publish_list *list)
{
	size_t taken = OWNER_OCTETS + list->origin.len;

	return taken < FSK_NAME_MAX ? FSK_NAME_MAX - taken : 1;
}

static enum fsk_err
write_zone(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {
	        .list = list,
	        .file = file,
	        .logged = true,
	        .octets = PUBLISH_ANY,
	        .most = longest(list),
	};

	publish_head_write(list, file, "; ", true);
	put_apex(list, file);
	put_canary(list, file);
	while (publish_walk_next(&walk))
		put_rule(file, walk.entry.name, walk.odd,
		         walk.entry.ruling->state == WATCH_LOG_ONLY);
	return FSK_OK;
}

static const char sample[] =
        "; foresink 0.1.0\n"
        "; serial 2026112900\n"
        "; window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
        "; made 2026-11-29T00:00:05Z\n"
        "; block 3\n"
        "; log-only 2\n"
        "$TTL 60\n"
        "$ORIGIN rpz.foresink.internal.\n"
        "@ SOA localhost. hostmaster.localhost. 2026112900 3600 600 604800 60\n"
        "@ NS localhost.\n"
        "serial.foresink.internal TXT \"foresink serial=2026112900\"\n"
        "s2026112900.foresink.internal CNAME .\n"
        "*.s2026112900.foresink.internal CNAME .\n"
        "aymlgpgl.yt CNAME rpz-passthru.\n"
        "*.aymlgpgl.yt CNAME rpz-passthru.\n"
        "ccxrugtwplml.nl CNAME .\n"
        "*.ccxrugtwplml.nl CNAME .\n"
        "lhewx\\058onv.biz CNAME .\n"
        "*.lhewx\\058onv.biz CNAME .\n"
        "mjpyj.pm CNAME rpz-passthru.\n"
        "*.mjpyj.pm CNAME rpz-passthru.\n"
        "toarkxuwbhl.de CNAME .\n"
        "*.toarkxuwbhl.de CNAME .\n";

static const char *const sources[] = {
        "draft-vixie-dnsop-dns-rpz-00, https://datatracker.ietf.org/doc/html/"
        "draft-vixie-dnsop-dns-rpz-00",
        "RFC 1035 section 5 (zone files)",
        "BIND 9.18, Unbound 1.17, PowerDNS Recursor 4.8, Knot Resolver 5.6 on loopback",
        NULL,
};

const struct publish_format publish_format_rpz = {
        .name = "rpz",
        .title = "response policy zone (RPZ)",
        .text = "A zone file for BIND, Unbound, PowerDNS Recursor and Knot Resolver: a "
                "blocked name and all below it are NXDOMAIN (CNAME .); a name that is to "
                "be logged only passes (CNAME rpz-passthru.), and the resolver's log of "
                "the policy tells who asked. The TXT record serial.CANARY says which "
                "serial a resolver has loaded.\n\n"
                "BIND: a zone of type primary with file \"DIR/current/rpz.zone\", named "
                "in response-policy; \"rndc reload ZONE\". Unbound: rpz: with name: and "
                "zonefile:; \"unbound-control auth_zone_reload ZONE\". PowerDNS: "
                "rpzFile(\"DIR/current/rpz.zone\"); \"rec_control reload-lua-config\". "
                "Knot Resolver: policy.rpz(policy.DENY, \"DIR/current/rpz.zone\"). "
                "Resolvers that can transfer a zone take it from foresink itself, see "
                "foresink-up(1).",
        .sources = sources,
        .kind = PUBLISH_BLOCKS,
        .covers_below = true,
        .parts = {{.file = "rpz.zone", .write = write_zone, .sample = sample}},
};
