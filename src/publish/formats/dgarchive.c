/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The JSON of DGArchive's list of a day: names by family and seed.
 */
#include "base/size.h"
#include "publish/makers.h"
#include "publish/octets.h"
#include "publish/walk.h"

#include <stdlib.h>

#define ROOM 512 /* bytes of a name, or of a key, with all around it */

/* A name in the list of one generator. */
struct share {
	const char *text;
	uint32_t next; /* the number of the generator's next name, plus 1; 0: the last */
	uint8_t len;
};

/* The names of one generator: numbers of shares, plus 1. */
struct chain {
	uint32_t first;
	uint32_t last;
};

/* Deals the names of ${walk} to the ${chains} of their generators, each once: its
 * forecasts are in the order of generators. */
static void
deal(struct publish_walk *walk, struct share *shares, struct chain *chains)
{
	uint32_t count = 0;

	while (publish_walk_next(walk)) {
		uint32_t before = UINT32_MAX;

		for (size_t i = 0; i < walk->entry.forecasts; i++) {
			uint32_t generator =
			        watch_roster_forecast(walk->list->roster, &walk->entry, i)
			                .generator;
			struct chain *chain = &chains[generator];

			if (generator == before)
				continue;
			before = generator;
			shares[count++] =
			        (struct share){.text = walk->entry.name.text,
			                       .len = (uint8_t)walk->entry.name.len};
			if (chain->last > 0)
				shares[chain->last - 1].next = count;
			else
				chain->first = count;
			chain->last = count;
		}
	}
}

static void
put_key(struct publish_file *file, const struct publish_maker *maker)
{
	char *room = publish_room(file, ROOM);
	char *at = OCTETS_LITERAL(room, "\"");

	at = octets_put(at, maker->family);
	at = OCTETS_LITERAL(at, "_dga_");
	at = octets_put(at, maker->variant);
	at = OCTETS_LITERAL(at, "\": [");
	publish_took(file, (size_t)(at - room));
}

static void
put_chain(struct publish_file *file, const struct share *shares, const struct chain *chain)
{
	for (uint32_t i = chain->first; i > 0; i = shares[i - 1].next) {
		const struct share *share = &shares[i - 1];
		char *room = publish_room(file, ROOM);
		char *at = i == chain->first ? OCTETS_LITERAL(room, "\"")
		                             : OCTETS_LITERAL(room, ",\"");

		at = octets_put(at, (struct span){share->text, share->len});
		*at++ = '"';
		publish_took(file, (size_t)(at - room));
	}
}

static void
put_object(struct publish_file *file, const struct publish_maker *makers,
           const struct share *shares, const struct chain *chains)
{
	const char *before = "{\n";

	for (size_t i = 0; i < dga_generator_count(); i++) {
		if (chains[i].first == 0)
			continue;
		publish_put_text(file, before);
		put_key(file, &makers[i]);
		put_chain(file, shares, &chains[i]);
		publish_put_text(file, "]");
		before = ",\n";
	}
	publish_put_text(file, before[0] == '{' ? "{}\n" : "\n}\n");
}

static enum fsk_err
write_object(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {.list = list, .file = file, .logged = true};
	struct chain *chains = calloc(dga_generator_count(), sizeof(*chains));
	struct publish_maker *makers = NULL;
	struct watch_roster_counts counts;
	struct share *shares;
	enum fsk_err err = FSK_NOMEM;

	watch_roster_count(list->roster, &counts);
	shares = malloc(size_mul(size_add(counts.forecasts, 1), sizeof(*shares)));
	if (chains != NULL && shares != NULL)
		err = publish_makers_new(&makers);
	if (err == FSK_OK) {
		deal(&walk, shares, chains);
		put_object(file, makers, shares, chains);
	}
	free(makers);
	free(shares);
	free(chains);
	return err;
}

static const char sample[] =
        "{\n"
        "\"locky_dga_v2-cfg5\": "
        "[\"aymlgpgl.yt\",\"ccxrugtwplml.nl\",\"mjpyj.pm\",\"toarkxuwbhl.de\"]\n"
        "}\n";

static const char *const sources[] = {
        "certtools/intelmq, intelmq/bots/parsers/fraunhofer/parser_dga.py, and its test",
        "https://dgarchive.caad.fkie.fraunhofer.de",
        NULL,
};

const struct publish_format publish_format_dgarchive = {
        .name = "dgarchive",
        .title = "JSON like DGArchive's list of a day",
        .text = "One object: the key is FAMILY_dga_VARIANT, the value an array of its "
                "names; a name that several generators make stands in each of them. "
                "Blocked and log-only names are not told apart: look for them, do not "
                "block by this file. Names that no site could have are left out, since "
                "these readers stop at them.\n\n"
                "IntelMQ reads it with the parser fraunhofer.parser_dga behind its file "
                "collector with the path DIR/current/ and the postfix dgarchive.json; it "
                "is read again with each run of the collector.",
        .sources = sources,
        .kind = PUBLISH_DETECTS,
        .covers_below = false,
        .parts = {{.file = "dgarchive.json", .write = write_object, .sample = sample}},
};
