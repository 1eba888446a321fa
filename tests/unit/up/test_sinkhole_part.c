/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The sections [sinkhole] and [set TITLE]: what each key does, each refusal with its line,
 * addresses that nobody reaches, networks that a worm avoids, and what is made of it all.
 */
#include "dga/catalog.h"
#include "sinkhole/sinkhole.h"
#include "up/load.h"
#include "up/sinkhole_ground.h"
#include "up/sinkhole_leads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* The least that is taken. Lines 1 to 8. */
#define LEAST                                                                              \
	"[foresink]\n"                                                                     \
	"roles = sinkhole\n"                                                               \
	"[store]\n"                                                                        \
	"folder = /store\n"                                                                \
	"[sinkhole]\n"                                                                     \
	"listen-dns = 127.0.0.1\n"                                                         \
	"server = ns1.example\n"                                                           \
	"names = forecast\n"

static struct up_config
read_good(const char *text)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	if (up_config_read(span_of(text), &config, &fault) != FSK_OK)
		fail_msg("line %zu: %s", fault.line, fault.why);
	return config;
}

static void
assert_refused(const char *text, size_t line, const char *why)
{
	struct up_config config;
	struct fault fault = {.why = NULL};

	assert_int_equal(up_config_read(span_of(text), &config, &fault), FSK_SYNTAX);
	if (fault.line != line || strstr(fault.why, why) == NULL)
		fail_msg("%zu: %s, wanted %zu: %s", fault.line, fault.why, line, why);
}

static void
test_defaults(void **state)
{
	struct up_config config = read_good(LEAST);
	const struct up_sinkhole *sinkhole = &config.sinkhole;

	(void)state;
	assert_int_equal(sinkhole->dns.count, 1);
	assert_int_equal(sinkhole->dns.at[0].port, 53);
	assert_int_equal(sinkhole->web.count, 0);
	assert_true(sinkhole->forecast);
	assert_true(up_sinkhole_foresees(sinkhole));
	assert_int_equal(sinkhole->set_count, 0);
	assert_int_equal(sinkhole->rest.address_count, 0);
	assert_int_equal(sinkhole->server_count, 1);
	assert_string_equal(sinkhole->mailbox.text, "hostmaster.ns1.example");
	assert_int_equal(sinkhole->ttl, 60);
	assert_int_equal(sinkhole->rate, 200);
	assert_null(sinkhole->sensor);
	assert_int_equal(sinkhole->keep, 1024);
	assert_in_range(up_sinkhole_workers(sinkhole), 1, SINKHOLE_WORKERS);
	assert_int_equal(sinkhole->callers, 10000);
	assert_int_equal(sinkhole->of_prefix, 1000);
	assert_in_range(up_sinkhole_descriptors(sinkhole), 10001, 20000);
	assert_null(sinkhole->avoid);
	assert_null(sinkhole->certificate);
	assert_memory_equal(sinkhole->answer.text, "HTTP/1.1 404 Not Found\r\n", 24);
	assert_memory_equal(sinkhole->answer.text + sinkhole->answer.len - 4, "\r\n\r\n",
	                    4);
	assert_non_null(strstr(sinkhole->answer.text, "\r\nConnection: close\r\n"));
	up_config_fini(&config);
}

static void
test_keys(void **state)
{
	struct up_config config = read_good(
	        LEAST
	        "listen-dns = [::1]:5353\nlisten-web = 127.0.0.1\n"
	        "listen-web = 127.0.0.1:8080\nlisten-web = 127.0.0.1:0\n"
	        "names = /held.txt\nnames = /more.txt\n"
	        "addresses = 192.0.2.1 192.0.2.2, 2001:db8::1\naddresses = 192.0.2.3\n"
	        "per-name = 2\nserver = ns2.example NS3.Example.\n"
	        "mailbox = desk.example\nttl = 0\nrate = 0\nsensor = here-1\n"
	        "keep-octets = 4096\nworkers = 3\ncallers = 7\n"
	        "callers-of-prefix = 5\navoid = /avoid\ncertificate = /c.pem\n"
	        "key = /k.pem\nanswer = 204\n"
	        "[set one]\naddresses = 192.0.2.9\nnames = /one.txt\nper-name = 1\n"
	        "[set two]\nfamily = conficker gozi\nfamily = newgoz\n");
	const struct up_sinkhole *sinkhole = &config.sinkhole;
	struct dga_generator generator;

	(void)state;
	assert_int_equal(sinkhole->dns.count, 2);
	assert_int_equal(sinkhole->web.count, 3);
	assert_int_equal(sinkhole->web.at[0].port, 80);
	assert_int_equal(sinkhole->web.lines[1], 11);
	assert_int_equal(sinkhole->rest.name_count, 2);
	assert_string_equal(sinkhole->rest.names[1].path, "/more.txt");
	assert_int_equal(sinkhole->rest.names[1].line, 14);
	assert_int_equal(sinkhole->rest.address_count, 4);
	assert_int_equal(sinkhole->rest.leads[2].line, 15);
	assert_int_equal(sinkhole->rest.leads[3].line, 16);
	assert_int_equal(sinkhole->rest.per_name, 2);
	assert_int_equal(sinkhole->server_count, 3);
	assert_string_equal(sinkhole->servers[2].text, "ns3.example");
	assert_string_equal(sinkhole->mailbox.text, "desk.example");
	assert_int_equal(sinkhole->ttl, 0);
	assert_int_equal(sinkhole->rate, 0);
	assert_string_equal(sinkhole->sensor, "here-1");
	assert_int_equal(sinkhole->keep, 4096);
	assert_int_equal(up_sinkhole_workers(sinkhole), 3);
	assert_int_equal(up_sinkhole_descriptors(sinkhole), 3 * (2 * 2 + 3 + 16) + 7);
	assert_int_equal(sinkhole->of_prefix, 5);
	assert_string_equal(sinkhole->avoid, "/avoid");
	assert_string_equal(sinkhole->key, "/k.pem");
	assert_memory_equal(sinkhole->answer.text, "HTTP/1.1 204 ", 13);
	assert_null(strstr(sinkhole->answer.text, "Content-Length")); /* RFC 9110 8.6 */
	assert_int_equal(sinkhole->set_count, 2);
	assert_string_equal(sinkhole->sets[0].title, "one");
	assert_int_equal(sinkhole->sets[0].per_name, 1);
	assert_null(sinkhole->sets[0].generators);
	assert_int_equal(dga_generator_find(span_of("conficker/b"), &generator), FSK_OK);
	assert_true(sinkhole->sets[1].generators[generator.number]);
	assert_int_equal(sinkhole->sets[1].name_count, 0);
	up_config_fini(&config);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		size_t line;
		const char *why;
	} rows[] = {
	        {LEAST "listen-dns = 127.0.0.1:53\n", 9, "already"},
	        {LEAST "listen-web = there\n", 9, "ADDRESS:PORT"},
	        {LEAST "listen-web = 127.0.0.1:53\n", 9, "DNS is listened for"},
	        {LEAST "names = forecast\n", 9, "already"},
	        {LEAST "names = held.txt\n", 9, "absolute path"},
	        {LEAST "addresses = here\n", 9, "an address is wanted"},
	        {LEAST "addresses = 192.0.2.0/24\n", 9, "an address is wanted"},
	        {LEAST "per-name = 9\n", 9, "0 (all) to 8"},
	        {LEAST "server = a..b\n", 9, "not a domain name"},
	        {LEAST "server = a b c d e f g h\n", 9, "more than 8"},
	        {LEAST "mailbox = a@b.example\n", 9, "hostmaster.example"},
	        {LEAST "ttl = 2147483648\n", 9, "too large"},
	        {LEAST "rate = x\n", 9, "not a number"},
	        {LEAST "sensor = two words\n", 9, "a word"},
	        {LEAST "keep-octets = 4097\n", 9, "0 to 4096"},
	        {LEAST "workers = 65\n", 9, "too large"},
	        {LEAST "callers = 0\n", 9, "from 1 on"},
	        {LEAST "avoid = avoid\n", 9, "absolute path"},
	        {LEAST "certificate = /c\n", 9, "go together"},
	        {LEAST "key = /k\n", 9, "go together"},
	        {LEAST "answer = 301\n", 9, "404, 200 or 204"},
	        {LEAST "[set]\nfamily = gozi\n", 9, "wants a name"},
	        {LEAST "[set a/b]\nfamily = gozi\n", 9, "letters"},
	        {LEAST "[set a]\nfamily = gozi\n[set a]\n", 11, "of this name already"},
	        {LEAST "[set a]\naddresses = 192.0.2.1\n", 9, "neither names nor family"},
	        {LEAST "[set a]\nfamily = nosuch\n", 10, "no such family"},
	        {LEAST "[set a]\nnames = forecast\n", 10, "absolute path"},
	        {LEAST "[names]\ntld = com\n", 0, "tld"},
	        {"[foresink]\nroles = sinkhole\n[store]\nfolder = /s\n", 0, "listen-dns"},
	        {"[foresink]\nroles = sinkhole\n[sinkhole]\nlisten-web = 127.0.0.1\n", 0,
	         "[store]"},
	        {"[foresink]\nroles = sinkhole\n[store]\nfolder = /s\n[sinkhole]\n"
	         "listen-dns = 127.0.0.1\nserver = a.example\n",
	         6, "no name is held"},
	        {"[foresink]\nroles = sinkhole\n[store]\nfolder = /s\n[sinkhole]\n"
	         "names = forecast\nlisten-dns = 127.0.0.1\n",
	         7, "no key server"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused(rows[i].text, rows[i].line, rows[i].why);
}

/* Sets, and addresses of one, that are one too many. */
static void
test_bounds(void **state)
{
	char text[20000];
	struct up_config config;

	(void)state;
	for (size_t count = SINKHOLE_SETS - 2; count <= SINKHOLE_SETS - 1; count++) {
		int len = snprintf(text, sizeof(text), LEAST);

		for (size_t i = 0; i < count; i++)
			len += snprintf(text + len, sizeof(text) - (size_t)len,
			                "[set s%zu]\nfamily = gozi\n", i);
		if (count < SINKHOLE_SETS - 1) {
			config = read_good(text);
			up_config_fini(&config);
		} else {
			assert_refused(text, 8 + 2 * (SINKHOLE_SETS - 2) + 1,
			               "too many sets");
		}
	}
	for (unsigned count = SINKHOLE_ADDRESSES; count <= SINKHOLE_ADDRESSES + 1;
	     count++) {
		int len = snprintf(text, sizeof(text), LEAST);

		for (unsigned i = 0; i < count; i++)
			len += snprintf(text + len, sizeof(text) - (size_t)len,
			                "addresses = 192.0.%u.%u\n", i / 256, i % 256);
		if (count == SINKHOLE_ADDRESSES) {
			config = read_good(text);
			assert_int_equal(config.sinkhole.rest.address_count, count);
			up_config_fini(&config);
		} else {
			assert_refused(text, 8 + count, "more than 256");
		}
	}
}

/* Who only answers HTTP holds no name, and needs no server. */
static void
test_web_alone(void **state)
{
	struct up_config config =
	        read_good("[foresink]\nroles = sinkhole\n[store]\nfolder = /s\n[sinkhole]\n"
	                  "listen-web = 127.0.0.1:80\n");

	(void)state;
	assert_false(up_sinkhole_foresees(&config.sinkhole));
	assert_string_equal(config.sinkhole.servers[0].text, "ns.invalid");
	up_config_fini(&config);
}

static void
test_odd(void **state)
{
	static const struct {
		const char *text, *what; /* NULL: nothing odd */
	} rows[] = {
	        {"0.1.2.3", "not an address of a host"},
	        {"9.255.255.255", NULL},
	        {"10.0.0.0", "a private address"},
	        {"10.255.255.255", "a private address"},
	        {"11.0.0.0", NULL},
	        {"100.64.0.1", "an address of a provider's own network"},
	        {"127.0.0.1", "an address of loopback"},
	        {"172.15.255.255", NULL},
	        {"172.31.255.255", "a private address"},
	        {"172.32.0.0", NULL},
	        {"192.0.2.1", "an address of documentation"},
	        {"192.168.1.1", "a private address"},
	        {"203.0.113.1", "an address of documentation"},
	        {"223.255.255.255", NULL},
	        {"224.0.0.1", "not an address of a host"},
	        {"255.255.255.255", "not an address of a host"},
	        {"::1", "an address of loopback"},
	        {"::2", NULL},
	        {"2001:db7::1", NULL},
	        {"2001:db8::1", "an address of documentation"},
	        {"fd00::1", "a private address"},
	        {"fe80::1", "an address of one link"},
	        {"ff02::1", "not an address of a host"},
	        {"2600::1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct address address;
		const char *what;

		assert_int_equal(address_read(span_of(rows[i].text), &address), FSK_OK);
		what = up_sinkhole_leads_odd(&address);
		if (rows[i].what == NULL)
			assert_null(what);
		else
			assert_string_equal(what, rows[i].what);
	}
}

struct warned {
	size_t count, line;
	char words[200];
};

static void
take_warning(const char *words, size_t line, void *context)
{
	struct warned *warned = context;

	warned->count++;
	warned->line = line;
	snprintf(warned->words, sizeof(warned->words), "%s", words);
}

static void
test_warned(void **state)
{
	struct up_config config =
	        read_good(LEAST "addresses = 8.8.8.8\n[set a]\nfamily = gozi\n"
	                        "addresses = 9.9.9.9 10.1.2.3\n");
	struct warned warned = {.count = 0};

	(void)state;
	up_sinkhole_leads_warn(&config.sinkhole, take_warning, &warned);
	assert_int_equal(warned.count, 1);
	assert_int_equal(warned.line, 12);
	assert_non_null(strstr(warned.words, "10.1.2.3 is a private address"));
	up_config_fini(&config);
}

static void
test_avoided(void **state)
{
	static const struct {
		const char *text;
		const char *file;
		size_t line;
		const char *why; /* NULL: nothing is wrong */
	} rows[] = {
	        {"", "", 0, NULL},
	        {"# none\n\n  \t\n", "", 0, NULL},
	        {"8.0.0.0/16\n8.9.0.0/16 # more\n", "", 0, NULL},
	        {"2600::/32\r\n", "", 0, NULL},
	        {"# all\n8.8.8.0/24\n", "/conf", 9, "8.8.8.8 is avoided"},
	        {"8.8.8.8", "/conf", 9, "see /avoid:1"},
	        {"7.0.0.0/8\n\n 2600:1::/32", "/conf", 11, "see /avoid:3"},
	        {"0.0.0.0/0\n", "/conf", 9, "see /avoid:1"},
	        {"::/0\n", "/conf", 11, "see /avoid:1"},
	        {"7.0.0.0/8\nnowhere\n", "/avoid", 2, "a prefix"},
	        {"7.0.0.1/8\n", "/avoid", 1, "a prefix"},
	        {"7.0.0.0/33\n", "/avoid", 1, "a prefix"},
	};
	struct up_config config = read_good(LEAST "addresses = 8.8.8.8\n[set a]\n"
	                                          "addresses = 2600:1::1\nfamily = gozi\n");

	(void)state;
	config.path = "/conf";
	config.sinkhole.avoid = "/avoid";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct up_trouble trouble = {.line = 0};
		enum fsk_err err =
		        up_sinkhole_leads_check(&config, span_of(rows[i].text), &trouble);

		assert_int_equal(err, rows[i].why == NULL ? FSK_OK : FSK_SYNTAX);
		if (rows[i].why == NULL)
			continue;
		assert_string_equal(trouble.file, rows[i].file);
		assert_int_equal(trouble.line, rows[i].line);
		assert_non_null(strstr(trouble.why, rows[i].why));
	}
	up_config_fini(&config);
}

/* Files, and what is made. */

static char folder[] = "/tmp/foresink-sinkhole-XXXXXX";

static void
write_file(const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Loads LEAST with ${more}, in which each "@" stands for the folder. */
static enum fsk_err
load(const char *more, struct up_config *config, struct up_trouble *trouble)
{
	char path[200], text[2000] = LEAST;
	size_t len = strlen(text);

	for (; *more != '\0'; more++) {
		if (*more == '@')
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
			                        folder);
		else
			text[len++] = *more;
	}
	text[len] = '\0';
	write_file("conf", text);
	snprintf(path, sizeof(path), "%s/conf", folder);
	return up_load_config(path, config, trouble);
}

static enum fsk_err
make(const struct up_config *config, struct sinkhole_ground **ground,
     struct up_trouble *trouble)
{
	atomic_bool stop = false;
	const struct up_making making = {
	        .config = config,
	        .now = INT64_C(1236513600), /* 2009-03-08T12:00:00Z */
	        .stop = &stop,
	};

	return up_sinkhole_ground(&making, ground, trouble);
}

static bool
holds(const struct sinkhole_ground *ground, const char *text, struct sinkhole_held *held)
{
	struct fsk_name name = {.len = (uint8_t)strlen(text)};

	snprintf(name.text, sizeof(name.text), "%s", text);
	return sinkhole_ground_find(ground, &name, INT64_C(1236513600), held);
}

static void
test_ground(void **state)
{
	struct up_config config;
	struct up_trouble trouble = {.why = ""};
	struct sinkhole_ground *ground;
	struct sinkhole_held held;
	struct address address;
	struct fsk_name name;

	(void)state;
	write_file("one", "# ours\nOne.example.\n");
	write_file("rest", "rest.example\n");
	assert_int_equal(load("names = @/rest\naddresses = 8.8.8.8 8.8.4.4\n"
	                      "[names]\nfamily = conficker/b\n"
	                      "[set one]\nnames = @/one\naddresses = 9.9.9.9\n"
	                      "[set two]\nfamily = gozi\naddresses = 1.1.1.1\n",
	                      &config, &trouble),
	                 FSK_OK);
	if (make(&config, &ground, &trouble) != FSK_OK)
		fail_msg("%s:%zu: %s", trouble.file, trouble.line, trouble.why);
	/* That of the day, until it is known which comes next. */
	assert_int_equal(sinkhole_ground_facts(ground).serial, 2009030800);
	sinkhole_ground_number(ground, 2009030817);
	assert_int_equal(sinkhole_ground_facts(ground).serial, 2009030817);
	assert_int_equal(sinkhole_ground_zone(ground)->serial, 2009030817);
	assert_true(holds(ground, "one.example", &held));
	assert_int_equal(sinkhole_ground_addresses(ground, &held, 1, 0, &address), 1);
	assert_true(holds(ground, "www.rest.example", &held));
	assert_false(holds(ground, "other.example", &held));
	assert_int_equal(address_read(span_of("9.9.9.9"), &address), FSK_OK);
	assert_true(sinkhole_ground_place(ground, &address, &name));
	assert_string_equal(name.text, "one.example");
	/* Of two generators, each for more than a day. */
	assert_true(sinkhole_ground_facts(ground).names > 250);
	sinkhole_ground_free(ground);
	up_config_fini(&config);
}

static void
test_lists_refused(void **state)
{
	struct up_config config;
	struct up_trouble trouble = {.why = ""};
	struct sinkhole_ground *ground;

	(void)state;
	write_file("one", "a.example\n");
	write_file("two", "b.example\na.example\n");
	write_file("bad", "a.example\nb..example\n");
	write_file("avoid", "9.9.9.0/24\n");
	assert_int_equal(load("names = @/none\n", &config, &trouble), FSK_IO);
	assert_int_equal(trouble.line, 9);
	assert_int_equal(load("names = @\n", &config, &trouble), FSK_SYNTAX);
	assert_non_null(strstr(trouble.why, "not a regular file"));
	assert_int_equal(load("addresses = 9.9.9.9\navoid = @/avoid\n", &config, &trouble),
	                 FSK_SYNTAX);
	assert_int_equal(trouble.line, 9);
	assert_int_equal(load("certificate = @/one\nkey = @/none\n", &config, &trouble),
	                 FSK_IO);
	assert_int_equal(trouble.line, 10);
	assert_int_equal(load("names = @/bad\n[names]\nfamily = gozi\n", &config, &trouble),
	                 FSK_OK);
	assert_int_equal(make(&config, &ground, &trouble), FSK_SYNTAX);
	assert_int_equal(trouble.line, 2);
	assert_non_null(strstr(trouble.file, "/bad"));
	up_config_fini(&config);
	assert_int_equal(load("names = @/one\n[names]\nfamily = gozi\n[set a]\n"
	                      "names = @/two\n",
	                      &config, &trouble),
	                 FSK_OK);
	assert_int_equal(make(&config, &ground, &trouble), FSK_SYNTAX);
	assert_non_null(strstr(trouble.why, "two sets"));
	up_config_fini(&config);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	char command[200];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_defaults),  cmocka_unit_test(test_keys),
	        cmocka_unit_test(test_refused),   cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_web_alone), cmocka_unit_test(test_odd),
	        cmocka_unit_test(test_warned),    cmocka_unit_test(test_avoided),
	        cmocka_unit_test(test_ground),    cmocka_unit_test(test_lists_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
