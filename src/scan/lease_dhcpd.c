/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ISC's dhcpd.leases and dhcpd6.leases: statements that end in ';' or have a block
 * in braces; a lease is a block, and is written again behind the others each time
 * that it changes. Times are UTC: "4 2015/08/03 14:00:00" (4: Thursday, not looked
 * at), "epoch 1438610400", "never". Of IPv6 a block is of a client, whose key is
 * its IAID in four octets and its DUID, and has a block for each address; cltt is
 * when the client last was heard. Source: dhcpd.leases(5) of ISC DHCP 4.4; for IPv6
 * real files, since that page says nothing of it.
 */
#include "base/date.h"
#include "scan/lease.h"
#include "scan/lease_words.h"

/* Whether word ${n} of ${statement} is ${word}. */
static bool
is_word(const struct lease_statement *statement, size_t n, const char *word)
{
	return span_equal(statement->word[n], span_of(word));
}

/* Reads "starts 4 2015/08/03 14:00:00" and the like. */
static bool
read_time(const struct lease_statement *statement, int64_t *instant)
{
	char text[sizeof("2015-08-03T14:00:00")] = "";
	int64_t length;

	if (is_word(statement, 1, "never")) {
		*instant = INT64_MAX;
		return true;
	}
	if (is_word(statement, 1, "epoch"))
		return leases_number(statement->word[2], LEASE_TIME_MAX, instant);
	if (statement->word[2].len != 10 || statement->word[3].len != 8)
		return false;
	memcpy(text, statement->word[2].text, 10);
	memcpy(text + 11, statement->word[3].text, 8);
	if (text[4] != '/' || text[7] != '/')
		return false;
	text[4] = text[7] = '-';
	text[10] = 'T';
	return date_parse_instant((struct span){text, 19}, instant, &length, NULL) ==
	       FSK_OK;
}

/* What a block says. */
struct said {
	struct lease lease;
	struct lease_string name;
	struct span state;
	int64_t lifetime; /* seconds; 0: not said */
	bool is_cut;
	size_t line; /* of what cannot be read */
	size_t column;
	const char *why; /* NULL: all can */
};

/* Notes that ${statement} cannot be read, if it is the first. */
static void
blame(struct said *said, const struct lease_statement *statement, const char *why)
{
	if (said->why != NULL)
		return;
	said->line = statement->line;
	said->column = statement->column;
	said->why = why;
}

/* Notes what ${statement} of a block says. */
static void
note(struct said *said, const struct lease_statement *statement)
{
	struct lease *lease = &said->lease;
	bool reads = true;

	if (is_word(statement, 0, "starts")) {
		reads = read_time(statement, &lease->from);
	} else if (is_word(statement, 0, "ends")) {
		reads = read_time(statement, &lease->to);
		lease->to -= reads && lease->to != INT64_MAX;
	} else if (is_word(statement, 0, "max-life")) {
		reads = leases_number(statement->word[1], UINT32_MAX, &said->lifetime);
	} else if (is_word(statement, 0, "binding") && is_word(statement, 1, "state")) {
		said->state = statement->word[2];
	} else if (is_word(statement, 0, "hardware")) {
		lease->hardware = statement->word[2];
	} else if (is_word(statement, 0, "client-hostname")) {
		reads = lease_words_string(statement->word[1], &said->name);
		lease->name = (struct span){said->name.text, said->name.len};
	}
	if (!reads)
		blame(said, statement, "not a time, a number or a name");
}

/* Whether the address of a block is somebody's: it may have been put aside because
 * a stranger has it, or be the other server's, or never have been given away. */
static bool
is_held(const struct said *said)
{
	return !span_equal(said->state, span_of("abandoned")) &&
	       !span_equal(said->state, span_of("backup")) &&
	       (said->lease.hardware.len > 0 || !span_equal(said->state, span_of("free")));
}

/* Adds what a block said, or counts it. */
static enum fsk_err
add(struct lease_text *text, struct said *said, const struct lease_statement *head)
{
	struct lease *lease = &said->lease;

	if (!lease_is_short(lease))
		blame(said, head, "a field is too long");
	if (said->why != NULL) {
		leases_skip(text, said->line, said->column, said->why);
		return FSK_OK;
	}
	if (!is_held(said))
		return FSK_OK;
	if (lease->from == INT64_MIN && lease->to != INT64_MAX && said->lifetime > 0)
		lease->from = lease->to + 1 - said->lifetime;
	return leases_add(text->leases, lease);
}

/* Reads a block of one address, "lease ADDRESS {" or "iaaddr ADDRESS {", which
 * ${head} has begun, into ${said}. */
static void
read_block(struct lease_words *words, const struct lease_statement *head, struct said *said)
{
	if (address_read(head->word[1], &said->lease.address) != FSK_OK)
		blame(said, head, "not an address");
	for (;;) {
		struct lease_statement statement = lease_words_take(words, true);

		if (statement.ending == LEASE_CLOSE)
			return;
		if (statement.ending == LEASE_SEMICOLON)
			note(said, &statement);
		if (statement.ending == LEASE_CUT ||
		    (statement.ending == LEASE_OPEN && !lease_words_pass_block(words))) {
			said->is_cut = true;
			blame(said, head, "the block is cut");
			return;
		}
	}
}

static struct said
said_nothing(void)
{
	return (struct said){
	        .lease = {.from = INT64_MIN,
	                  .to = INT64_MAX,
	                  .hardware = {"", 0},
	                  .name = {"", 0}},
	        .state = {"", 0},
	};
}

/* The DUID of a client in hexadecimal digits. */
struct duid {
	char text[3 * LEASE_STRING_MAX];
	size_t len;
};

/* Reads ${key}, four octets of IAID and the DUID, into ${duid}, which is empty if
 * it has another form. */
static void
read_duid(struct span key, struct duid *duid)
{
	static const char digits[] = "0123456789abcdef";
	struct lease_string string;

	duid->len = 0;
	if (!lease_words_string(key, &string))
		return;
	for (size_t i = 4; i < string.len; i++) {
		unsigned char octet = (unsigned char)string.text[i];

		if (i > 4)
			duid->text[duid->len++] = ':';
		duid->text[duid->len++] = digits[octet >> 4];
		duid->text[duid->len++] = digits[octet & 15];
	}
}

/* Reads the block of a client of IPv6, which ${head} has begun. */
static enum fsk_err
read_client(struct lease_words *words, struct lease_text *text,
            const struct lease_statement *head)
{
	int64_t heard = INT64_MIN;
	struct duid duid;

	read_duid(head->word[1], &duid);
	for (;;) {
		struct lease_statement statement = lease_words_take(words, true);
		struct said said = said_nothing();

		if (statement.ending == LEASE_CLOSE)
			return FSK_OK;
		if (statement.ending == LEASE_SEMICOLON && is_word(&statement, 0, "cltt") &&
		    !read_time(&statement, &heard))
			leases_skip(text, statement.line, statement.column, "not a time");
		if (statement.ending == LEASE_OPEN && is_word(&statement, 0, "iaaddr")) {
			said.lease.from = heard;
			said.lease.hardware = (struct span){duid.text, duid.len};
			read_block(words, &statement, &said);
			if (add(text, &said, &statement) != FSK_OK)
				return FSK_NOMEM;
			if (said.is_cut)
				return FSK_OK;
		} else if (statement.ending == LEASE_CUT ||
		           (statement.ending == LEASE_OPEN &&
		            !lease_words_pass_block(words))) {
			leases_skip(text, head->line, head->column, "the block is cut");
			return FSK_OK;
		}
	}
}

bool
lease_dhcpd_knows(struct span line)
{
	struct lease_words words = lease_words_of(line);
	struct lease_statement statement = lease_words_take(&words, false);
	struct address address;

	if (statement.ending == LEASE_SEMICOLON)
		return is_word(&statement, 0, "server-duid") ||
		       is_word(&statement, 0, "authoring-byte-order");
	if (statement.ending != LEASE_OPEN || statement.count != 2)
		return false;
	if (is_word(&statement, 0, "lease"))
		return address_read(statement.word[1], &address) == FSK_OK;
	return lease_words_start(statement.word[0]);
}

enum fsk_err
lease_dhcpd_read(struct lease_text *text)
{
	struct lease_words words = lease_words_of(text->text);

	while (lease_words_pass(&words)) {
		struct lease_statement statement = lease_words_take(&words, false);
		struct said said = said_nothing();
		enum fsk_err err = FSK_OK;

		if (statement.ending != LEASE_OPEN)
			continue;
		if (is_word(&statement, 0, "lease")) {
			read_block(&words, &statement, &said);
			err = add(text, &said, &statement);
		} else if (is_word(&statement, 0, "ia-na") ||
		           is_word(&statement, 0, "ia-ta")) {
			err = read_client(&words, text, &statement);
		} else {
			(void)lease_words_pass_block(
			        &words); /* of no lease: nothing is lost */
		}
		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}
