/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Suricata: a dataset of names, and the rule that looks DNS questions up in it.
 */
#include "publish/head.h"
#include "publish/octets.h"
#include "publish/walk.h"

/* The rule's number, in the range that is free for local use (1000000 to 1999999). */
#define SID "1053301"

/* Rows of the dataset's hash: as many as names, up to the most that Suricata's
 * datasets.limits allow one set, and memory for them. */
#define ROWS_LEAST 1024
#define ROWS_MOST 262144
#define BYTES_A_NAME 256

static size_t
encode(char *at, struct span name)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                             "0123456789+/";
	const unsigned char *from = (const unsigned char *)name.text;
	char *begin = at;

	for (size_t left = name.len; left > 0; left -= left < 3 ? left : 3, from += 3) {
		unsigned bits = (unsigned)from[0] << 16;

		bits |= left > 1 ? (unsigned)from[1] << 8 : 0;
		bits |= left > 2 ? from[2] : 0;
		*at++ = digits[bits >> 18];
		*at++ = digits[bits >> 12 & 63];
		*at++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*at++ = left > 2 ? digits[bits & 63] : '=';
	}
	return (size_t)(at - begin);
}

static enum fsk_err
write_dataset(const struct publish_list *list, struct publish_file *file)
{
	struct publish_walk walk = {
	        .list = list, .file = file, .logged = true, .octets = PUBLISH_ANY};

	while (publish_walk_next(&walk)) {
		size_t most = walk.entry.name.len * 4 / 3 + 5;
		char *room = publish_room(file, most);
		size_t len = encode(room, walk.entry.name);

		room[len] = '\n';
		publish_took(file, len + 1);
	}
	return FSK_OK;
}

/* Writes the rule, with ${transform} behind the buffer. */
static void
put_rule(const struct publish_list *list, struct publish_file *file, const char *mark,
         const char *transform)
{
	struct watch_roster_counts counts;
	uint64_t names, rows = ROWS_LEAST;

	watch_roster_count(list->roster, &counts);
	names = counts.names[WATCH_BLOCK] + counts.names[WATCH_LOG_ONLY];
	while (rows < names && rows < ROWS_MOST)
		rows *= 2;
	publish_put_text(file, mark);
	publish_put_text(file,
	                 "alert dns $HOME_NET any -> any any (msg:\"foresink: name of a "
	                 "domain generation algorithm\"; dns.query; ");
	publish_put_text(file, transform);
	publish_put_text(file,
	                 "dataset:isset,foresink,type string,load suricata.lst,memcap ");
	publish_put_number(file, (names + rows) * BYTES_A_NAME);
	publish_put_text(file, ",hashsize ");
	publish_put_number(file, rows);
	publish_put_text(file, "; classtype:trojan-activity; sid:" SID "; rev:1;)\n");
}

static enum fsk_err
write_rule(const struct publish_list *list, struct publish_file *file)
{
	publish_head_write(list, file, "# ", true);
	put_rule(list, file, "", "");
	publish_put_text(file, "# Suricata 8 and later can ignore the case:\n");
	put_rule(list, file, "# ", "to_lowercase; ");
	return FSK_OK;
}

static const char sample[] = "YXltbGdwZ2wueXQ=\n"
                             "Y2N4cnVndHdwbG1sLm5s\n"
                             "bGhld3g6b252LmJpeg==\n"
                             "bWpweWoucG0=\n"
                             "dG9hcmt4dXdiaGwuZGU=\n";

static const char sample_rule[] =
        "# foresink 0.1.0\n"
        "# serial 2026112900\n"
        "# window 2026-11-29T00:00:00Z 2026-11-29T23:59:59Z\n"
        "# made 2026-11-29T00:00:05Z\n"
        "# block 3\n"
        "# log-only 2\n"
        "alert dns $HOME_NET any -> any any (msg:\"foresink: name of a domain "
        "generation algorithm\"; dns.query; dataset:isset,foresink,type string,load "
        "suricata.lst,memcap 263424,hashsize 1024; classtype:trojan-activity; "
        "sid:1053301; rev:1;)\n"
        "# Suricata 8 and later can ignore the case:\n"
        "# alert dns $HOME_NET any -> any any (msg:\"foresink: name of a domain "
        "generation algorithm\"; dns.query; to_lowercase; dataset:isset,foresink,type "
        "string,load suricata.lst,memcap 263424,hashsize 1024; "
        "classtype:trojan-activity; sid:1053301; rev:1;)\n";

static const char *const sources[] = {
        "Suricata User Guide, Datasets, "
        "https://docs.suricata.io/en/latest/rules/datasets.html",
        "Suricata User Guide, Transformations (to_lowercase since 8.0)",
        NULL,
};

const struct publish_format publish_format_suricata = {
        .name = "suricata",
        .title = "Suricata dataset and rule",
        .text = "The blocked and the log-only names, each a line in base64, as datasets of "
                "the type string want them, and the rule that looks each DNS question up "
                "in it. Exactly these names are found, in lower case, as bots ask for "
                "them; the rule for Suricata 8, which ignores the case, stands beside it "
                "as a comment.\n\n"
                "Load it with \"suricata -s DIR/current/suricata.rules\", or under "
                "rule-files in suricata.yaml; the dataset is found beside the rule. "
                "\"suricatasc -c ruleset-reload-nonblocking\" reads both again.",
        .sources = sources,
        .kind = PUBLISH_DETECTS,
        .covers_below = false,
        .parts = {{.file = "suricata.lst", .write = write_dataset, .sample = sample},
                  {.file = "suricata.rules", .write = write_rule, .sample = sample_rule}},
};
