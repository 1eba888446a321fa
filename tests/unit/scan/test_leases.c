/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Lease files: each form with what servers write, what is cut or wrong in it, and
 * who had an address when leases follow or overlap each other.
 */
#include "scan/leases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define AT INT64_C(1438610400) /* 2015-08-03T14:00:00Z */
#define HOUR INT64_C(3600)

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int left = -1; /* allocations that still succeed; negative: all do */

static bool
denied(void)
{
	if (left == 0)
		return true;
	if (left > 0)
		left--;
	return false;
}

void *
__wrap_malloc(size_t size)
{
	return denied() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return denied() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return denied() ? NULL : __real_realloc(old, size);
}

/* The leases of ${text}, none of which is skipped. */
static struct leases *
leases_of(const char *text)
{
	struct leases *leases = NULL;
	struct fault fault = {.why = "unset"};
	size_t skipped = 4711;

	assert_int_equal(leases_new(&leases), FSK_OK);
	assert_int_equal(leases_read(leases, span_of(text), &skipped, &fault), FSK_OK);
	assert_int_equal(skipped, 0);
	assert_null(fault.why);
	return leases;
}

static const struct lease *
find(const struct leases *leases, const char *text, int64_t instant)
{
	struct address address;

	assert_int_equal(address_read(span_of(text), &address), FSK_OK);
	return leases_find(leases, &address, instant);
}

/* That ${address} was held by ${hardware}, called ${name}, at ${instant}. */
static void
assert_held(const struct leases *leases, const char *address, int64_t instant,
            const char *hardware, const char *name)
{
	const struct lease *lease = find(leases, address, instant);

	assert_non_null(lease);
	assert_true(lease->from <= instant && lease->to >= instant);
	assert_true(span_equal(lease->hardware, span_of(hardware)));
	assert_true(span_equal(lease->name, span_of(name)));
}

static void
assert_skips(const char *text, size_t count, size_t skips, size_t line, size_t column)
{
	struct leases *leases = NULL;
	struct fault fault = {.why = NULL};
	size_t skipped = 0;

	assert_int_equal(leases_new(&leases), FSK_OK);
	assert_int_equal(leases_read(leases, span_of(text), &skipped, &fault), FSK_OK);
	assert_int_equal(leases_count(leases), count);
	assert_int_equal(skipped, skips);
	assert_int_equal(fault.line, line);
	assert_int_equal(fault.column, column);
	assert_non_null(fault.why);
	leases_free(leases);
}

static const char dnsmasq[] =
        "1438610400 00:16:3e:aa:bb:cc 10.0.0.5 alice 01:00:16:3e:aa:bb:cc\n"
        "0 06-00:16:3e:aa:bb:cd 10.0.0.6 * *\r\n"
        "\n"
        "duid 00:01:00:01:1a:2b:3c:4d:00:16:3e:00:00:01\n"
        "1438610400 T4711 2001:db8::5 bob 00:03:00:01:00:16:3e:aa:bb:cd\n"
        "1438610400 4712 2001:db8::6 * 00:03:00:01:00:16:3e:aa:bb:ce";

static void
test_dnsmasq(void **state)
{
	struct leases *leases = leases_of(dnsmasq);

	(void)state;
	assert_int_equal(leases_count(leases), 4);
	assert_held(leases, "10.0.0.5", AT - 1, "00:16:3e:aa:bb:cc", "alice");
	assert_held(leases, "10.0.0.5", INT64_MIN, "00:16:3e:aa:bb:cc", "alice");
	assert_null(find(leases, "10.0.0.5", AT));
	assert_held(leases, "10.0.0.6", INT64_MAX, "06-00:16:3e:aa:bb:cd", "");
	assert_held(leases, "2001:db8::5", 0, "00:03:00:01:00:16:3e:aa:bb:cd", "bob");
	assert_held(leases, "2001:db8::6", 0, "00:03:00:01:00:16:3e:aa:bb:ce", "");
	assert_null(find(leases, "10.0.0.4", 0));
	assert_null(find(leases, "10.0.0.7", 0));
	leases_free(leases);
	assert_skips("1438610400 00:16:3e:aa:bb:cc 10.0.0.5 a *\n"
	             "1438610400 00:16:3e:aa:bb:cc 10.0.0.256 a *\n"
	             "never 00:16:3e:aa:bb:cc 10.0.0.6 a *\n"
	             "1438610400 00:16:3e:aa:bb:cc\n"
	             "253402300800 00:16:3e:aa:bb:cc 10.0.0.7 a *\n",
	             1, 4, 2, 30);
}

static const char kea4[] =
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,"
        "hostname,state,user_context,pool_id\n"
        "10.0.0.5,00:16:3e:aa:bb:cc,01:00,3600,1438614000,1,0,0,alice,0,,0\n"
        "10.0.0.5,00:16:3e:aa:bb:cc,01:00,3600,1438615800,1,0,0,alice,0,,0\n"
        "10.0.0.5,00:16:3e:aa:bb:cc,01:00,0,1438612200,1,0,0,alice,0,,0\n"
        "10.0.0.6,,,86400,1438614000,1,0,0,,1,,0\n"
        "10.0.0.7,00:16:3e:aa:bb:cd,,4294967295,5733577695,1,0,0,b&#x2cob,0,,0\r\n"
        "address,hwaddr,valid_lifetime,expire,state\n"
        "10.0.0.8,00:16:3e:aa:bb:ce,60,1438610460,0";

static void
test_kea4(void **state)
{
	struct leases *leases = leases_of(kea4);

	(void)state;
	assert_int_equal(leases_count(leases), 4);
	assert_null(find(leases, "10.0.0.5", AT - 1));
	assert_held(leases, "10.0.0.5", AT, "00:16:3e:aa:bb:cc", "alice");
	assert_held(leases, "10.0.0.5", AT + HOUR + HOUR / 2 - 1, "00:16:3e:aa:bb:cc",
	            "alice");
	assert_null(find(leases, "10.0.0.5", AT + HOUR + HOUR / 2));
	assert_null(find(leases, "10.0.0.6", AT)); /* declined */
	assert_held(leases, "10.0.0.7", INT64_MAX, "00:16:3e:aa:bb:cd", "b&#x2cob");
	assert_int_equal(find(leases, "10.0.0.7", AT)->from, AT);
	assert_held(leases, "10.0.0.8", AT + 59, "00:16:3e:aa:bb:ce", "");
	assert_null(find(leases, "10.0.0.8", AT + 60));
	leases_free(leases);
}

static void
test_kea6(void **state)
{
	static const char columns[] =
	        "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,"
	        "iaid,"
	        "prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state\n";
	char text[600];
	struct leases *leases;

	(void)state;
	assert_true(
	        snprintf(text, sizeof(text),
	                 "%s"
	                 "2001:db8::5,00:03:00:01,3600,1438614000,1,9,0,7,128,0,0,a,,0\n"
	                 "2001:db8::6,00:03:00:01,3600,1438614000,1,9,0,7,128,0,0,,"
	                 "00:16:3e:aa:bb:cc,0\n"
	                 "2001:db8:1::,00:03:00:01,3600,1438614000,1,9,2,7,56,0,0,,,0\n",
	                 columns) > 0);
	leases = leases_of(text);
	assert_int_equal(leases_count(leases), 2);
	assert_held(leases, "2001:db8::5", AT, "00:03:00:01", "a");
	assert_held(leases, "2001:db8::6", AT, "00:16:3e:aa:bb:cc", "");
	leases_free(leases);
	assert_skips("address,valid_lifetime,expire\n"
	             "10.0.0.5,60,1438610460\n"
	             "10.0.0.5,60\n"
	             "10.0.0.5,4294967296,1438610460\n"
	             "10.0.0.5,60,-1\n"
	             "x\n",
	             1, 4, 3, 12);
}

static const char dhcpd4[] =
        "# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
        "authoring-byte-order little-endian;\n"
        "\n"
        "lease 10.0.0.5 {\n"
        "  starts 1 2015/08/03 14:00:00;\n"
        "  ends 1 2015/08/03 16:00:00;\n"
        "  tstp 1 2015/08/03 16:00:00;\n"
        "  cltt 1 2015/08/03 14:00:00;\n"
        "  binding state active;\n"
        "  next binding state free;\n"
        "  rewind binding state free;\n"
        "  hardware ethernet 00:16:3e:aa:bb:cc;\n"
        "  uid \"\\001\\000\\026>\\252\\273\\314\";\n"
        "  set vendor-class-identifier = \"MSFT 5.0; } {\";\n"
        "  on expiry or release {\n"
        "    if x = 1 { set y = \"}\"; }\n"
        "  }\n"
        "  client-hostname \"al\\151\\\"ce\";\n"
        "}\n"
        "server-duid \"\\000\\001\\000\\001\\032d\\300\\261\\000\\023\\367\\032p\\237\";\n"
        "\n"
        "lease 10.0.0.5 {\r\n"
        "  starts 1 2015/08/03 14:00:00;\r\n"
        "  ends 1 2015/08/03 15:00:00;\r\n"
        "  binding state free;\r\n"
        "  hardware ethernet 00:16:3e:aa:bb:cc;\r\n"
        "  client-hostname \"alice\";\r\n"
        "}\r\n"
        "lease 10.0.0.5 { starts epoch 1438617600; # Mon Aug  3 16:00:00 2015\n"
        "  ends never; binding state active; hardware ethernet 00:16:3e:aa:bb:cd; }\n"
        "lease 10.0.0.6 {\n"
        "  starts 1 2015/08/03 14:00:00;\n"
        "  ends 1 2015/08/03 16:00:00;\n"
        "  binding state abandoned;\n"
        "  client-hostname \"ghost\";\n"
        "}\n"
        "lease 10.0.0.7 {\n"
        "  starts 1 2015/08/03 14:00:00;\n"
        "  binding state backup;\n"
        "}\n"
        "lease 10.0.0.8 {\n"
        "  starts 1 2015/08/03 14:00:00;\n"
        "  ends 1 2015/08/03 14:00:00;\n"
        "  binding state released;\n"
        "  hardware ethernet 00:16:3e:aa:bb:ce;\n"
        "}\n"
        "failover peer \"p\" state {\n"
        "  my state normal at 1 2015/08/03 14:00:00;\n"
        "}\n";

static void
test_dhcpd4(void **state)
{
	struct leases *leases = leases_of(dhcpd4);

	(void)state;
	assert_int_equal(leases_count(leases), 3);
	assert_null(find(leases, "10.0.0.5", AT - 1));
	assert_held(leases, "10.0.0.5", AT, "00:16:3e:aa:bb:cc", "alice");
	assert_held(leases, "10.0.0.5", AT + HOUR - 1, "00:16:3e:aa:bb:cc", "alice");
	assert_null(find(leases, "10.0.0.5", AT + HOUR)); /* given back by then */
	assert_null(find(leases, "10.0.0.5", AT + 2 * HOUR - 1));
	assert_held(leases, "10.0.0.5", AT + 2 * HOUR, "00:16:3e:aa:bb:cd", "");
	assert_held(leases, "10.0.0.5", INT64_MAX, "00:16:3e:aa:bb:cd", "");
	assert_null(find(leases, "10.0.0.6", AT));
	assert_null(find(leases, "10.0.0.7", AT));
	assert_null(find(leases, "10.0.0.8", AT)); /* given back at once */
	leases_free(leases);
	leases = leases_of("lease 10.0.0.5 { client-hostname \"al\\151\\\"c\\e\\\\\"; }");
	assert_held(leases, "10.0.0.5", 0, "", "ali\"ce\\");
	assert_held(leases, "10.0.0.5", INT64_MAX, "", "ali\"ce\\");
	leases_free(leases);
}

static void
test_dhcpd6(void **state)
{
	struct leases *leases = leases_of(
	        "ia-na "
	        "\"\\001\\000\\000\\000\\000\\003\\000\\001\\000\\026>\\252\\273\\314\" {\n"
	        "  cltt 1 2015/08/03 14:00:00;\n"
	        "  iaaddr 2001:db8::5 {\n"
	        "    binding state active;\n"
	        "    preferred-life 3600;\n"
	        "    max-life 7200;\n"
	        "    ends 1 2015/08/03 16:00:00;\n"
	        "  }\n"
	        "  iaaddr 2001:db8::6 {\n"
	        "    ends 1 2015/08/03 15:00:00;\n"
	        "  }\n"
	        "}\n"
	        "ia-ta \"x\" {\n"
	        "  iaaddr 2001:db8::7 { max-life 3600; ends epoch 1438614000; }\n"
	        "}\n"
	        "ia-pd \"\\001\\000\\000\\000\" {\n"
	        "  iaprefix 2001:db8:1::/56 { ends never; }\n"
	        "}\n");

	(void)state;
	assert_int_equal(leases_count(leases), 3);
	assert_null(find(leases, "2001:db8::5", AT - 1));
	assert_held(leases, "2001:db8::5", AT, "00:03:00:01:00:16:3e:aa:bb:cc", "");
	assert_held(leases, "2001:db8::5", AT + 2 * HOUR - 1,
	            "00:03:00:01:00:16:3e:aa:bb:cc", "");
	assert_null(find(leases, "2001:db8::5", AT + 2 * HOUR));
	assert_null(find(leases, "2001:db8::6", AT + HOUR));
	assert_null(find(leases, "2001:db8::7", AT - 1));
	assert_held(leases, "2001:db8::7", AT, "", "");
	leases_free(leases);
}

static void
test_dhcpd_faults(void **state)
{
	(void)state;
	/* A server that was stopped while it wrote goes on behind it. */
	assert_skips("lease 10.0.0.5 {\n  starts 1 2015/\n"
	             "lease 10.0.0.6 {\n  client-hostname \"a\n"
	             "lease 10.0.0.7 {\n  starts 1 2015/08/03 14:00:00;\n}\n",
	             1, 2, 1, 1);
	assert_skips("lease 10.0.0.5 {\n  binding state active;\n}\n"
	             "lease 10.0.0.6 {\n  starts 1 2015/08/03 14:00:00;\n  on release {",
	             1, 1, 4, 1);
	assert_skips("server-duid \"x\";\n"
	             "lease 10.0.0.x {\n  starts 1 2015/02/30 14:00:00;\n}\n"
	             "lease 10.0.0.5 {\n  starts 1 2015/02/30 14:00:00;\n}\n"
	             "lease 10.0.0.5 {\n  ends 1 2015-08-03 14:00:00;\n}\n"
	             "lease 10.0.0.5 {\n  ends epoch x;\n}\n"
	             "lease 10.0.0.5 {\n  starts;\n}\n"
	             "lease {\n}\n",
	             0, 6, 2, 1);
	assert_skips("lease 10.0.0.5 {\n  binding state active;\n  ends now;\n}\n", 0, 1, 3,
	             3);
	assert_skips("ia-na \"\" {\n  cltt x;\n  iaaddr 2001:db8::1 {\n    ends x;\n  }\n"
	             "  iaaddr 2001:db8::2 {\n  }\n  iaaddr 2001:db8::3 {\n",
	             1, 3, 2, 3);
}

/* The lease that began last, whatever it covers; then the one around it. */
static void
test_overlaps(void **state)
{
	struct leases *leases = leases_of("address,hwaddr,valid_lifetime,expire\n"
	                                  "10.0.0.5,long,1000,2000\n"
	                                  "10.0.0.5,early,100,1200\n"
	                                  "10.0.0.5,late,100,1700\n"
	                                  "10.0.0.5,inner,10,1650\n"
	                                  "10.0.0.5,last,100,2500\n"
	                                  "10.0.0.4,other,5000,5000\n");

	(void)state;
	assert_null(find(leases, "10.0.0.5", 999));
	assert_held(leases, "10.0.0.5", 1000, "long", "");
	assert_held(leases, "10.0.0.5", 1100, "early", "");
	assert_held(leases, "10.0.0.5", 1199, "early", "");
	assert_held(leases, "10.0.0.5", 1200, "long", "");
	assert_held(leases, "10.0.0.5", 1639, "late", "");
	assert_held(leases, "10.0.0.5", 1640, "inner", "");
	assert_held(leases, "10.0.0.5", 1650, "late", "");
	assert_held(leases, "10.0.0.5", 1700, "long", "");
	assert_held(leases, "10.0.0.5", 1999, "long", "");
	assert_null(find(leases, "10.0.0.5", 2000));
	assert_held(leases, "10.0.0.5", 2400, "last", "");
	assert_null(find(leases, "10.0.0.5", 2500));
	leases_free(leases);
	/* Of old files: of those without a start the one that ended first. */
	leases = leases_of(
	        "3000 c 10.0.0.5 * *\n1000 a 10.0.0.5 * *\n2000 b 10.0.0.5 * *\n");
	assert_held(leases, "10.0.0.5", 999, "a", "");
	assert_held(leases, "10.0.0.5", 1000, "b", "");
	assert_held(leases, "10.0.0.5", 2999, "c", "");
	assert_null(find(leases, "10.0.0.5", 3000));
	leases_free(leases);
}

/* What leases_find() says is what one would find by looking at all of them. */
static void
test_against_all(void **state)
{
	struct leases *leases = NULL;
	struct {
		unsigned from, to;
	} all[200];
	char text[64];
	unsigned seed = 1;

	(void)state;
	assert_int_equal(leases_new(&leases), FSK_OK);
	for (unsigned i = 0; i < 200; i++) {
		size_t skipped;

		seed = seed * 1103515245 + 12345;
		all[i].from = seed >> 16 & 1023;
		seed = seed * 1103515245 + 12345;
		all[i].to = all[i].from + (seed >> 16 & 255);
		assert_true(snprintf(text, sizeof(text),
		                     "address,valid_lifetime,expire\n10.0.0.5,%u,%u\n",
		                     all[i].to - all[i].from + 1, all[i].to + 1) > 0);
		assert_int_equal(leases_read(leases, span_of(text), &skipped, NULL),
		                 FSK_OK);
	}
	for (unsigned instant = 0; instant < 1300; instant++) {
		const struct lease *found = find(leases, "10.0.0.5", instant);
		unsigned best = 200;

		for (unsigned i = 0; i < 200; i++) {
			bool replaced = false;

			for (unsigned k = i + 1; k < 200; k++)
				replaced |= all[k].from == all[i].from;
			if (!replaced && all[i].from <= instant && all[i].to >= instant &&
			    (best == 200 || all[i].from > all[best].from))
				best = i;
		}
		assert_int_equal(found == NULL, best == 200);
		if (found != NULL) {
			assert_int_equal(found->from, all[best].from);
			assert_int_equal(found->to, all[best].to);
		}
	}
	leases_free(leases);
}

static void
test_refused(void **state)
{
	static const struct span refused[] = {
	        {"\n\nhello world\n", 14},     {"\0\0\0\0", 4},
	        {"lease x {\n}\n", 12},        {"address,hwaddr\n10.0.0.5,x\n", 26},
	        {"1438610400 a 10.0.0.5", 21},
	};
	struct leases *leases = leases_of("");
	size_t skipped = 7;

	(void)state;
	assert_int_equal(leases_count(leases), 0);
	assert_null(find(leases, "10.0.0.5", 0));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct fault fault = {.why = NULL};

		assert_int_equal(leases_read(leases, refused[i], &skipped, &fault),
		                 FSK_SYNTAX);
		assert_non_null(fault.why);
		assert_int_equal(fault.line, i == 0 ? 3 : 1);
		assert_int_equal(skipped, 7);
	}
	assert_int_equal(leases_read(leases, span_of("# dhcpd\n\n"), &skipped, NULL),
	                 FSK_OK);
	assert_int_equal(leases_read(leases, (struct span){NULL, 0}, &skipped, NULL),
	                 FSK_OK);
	assert_int_equal(leases_count(leases), 0);
	leases_free(leases);
	leases_free(NULL);
}

/* Whatever is cut off, nothing behind it is read; each part is in memory of just
 * its size. */
static void
test_cut(void **state)
{
	static const char *const texts[] = {dnsmasq, kea4, dhcpd4};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t whole = strlen(texts[i]);
		size_t before = 0;

		for (size_t len = 1; len <= whole; len++) {
			struct leases *leases = NULL;
			char *cut = malloc(len);
			size_t skipped = 0;
			enum fsk_err err;

			assert_non_null(cut);
			memcpy(cut, texts[i], len);
			assert_int_equal(leases_new(&leases), FSK_OK);
			err = leases_read(leases, (struct span){cut, len}, &skipped, NULL);
			free(cut);
			assert_true(err == FSK_OK || before == 0);
			assert_true(skipped <= 1);
			assert_true(leases_count(leases) + 1 >= before);
			before = leases_count(leases);
			leases_free(leases);
		}
	}
}

/* A field on each side of its limit, in each form; what is kept stays when the
 * text is gone. */
static void
test_bounds(void **state)
{
	static const struct {
		const char *front, *back;
		size_t most;
	} forms[] = {
	        {"9 m 10.0.0.5 ", " *", 400},
	        {"address,valid_lifetime,expire,hostname\n10.0.0.5,9,9,", "\n", 400},
	        {"lease 10.0.0.5 { ends epoch 9; client-hostname \"", "\"; }", 255},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		for (size_t len = 1; len <= forms[i].most + 1; len++) {
			struct leases *leases = NULL;
			char text[600], name[401];
			size_t skipped = 0;

			memset(name, 'n', len < 400 ? len : 400);
			name[len < 400 ? len : 400] = '\0';
			assert_true(snprintf(text, sizeof(text), "9 m 10.0.0.9 * *\n") > 0);
			assert_int_equal(leases_new(&leases), FSK_OK);
			assert_int_equal(leases_read(leases, span_of(text), &skipped, NULL),
			                 FSK_OK);
			assert_true(snprintf(text, sizeof(text), "%s%s%s%s", forms[i].front,
			                     name, len == 401 ? "n" : "",
			                     forms[i].back) > 0);
			if (i == 0 && len > forms[i].most) {
				/* No other line says of which form it is. */
				assert_int_equal(
				        leases_read(leases, span_of(text), &skipped, NULL),
				        FSK_SYNTAX);
			} else {
				assert_int_equal(
				        leases_read(leases, span_of(text), &skipped, NULL),
				        FSK_OK);
				assert_int_equal(skipped, len > forms[i].most);
			}
			memset(text, 'x', sizeof(text));
			if (len <= forms[i].most)
				assert_true(span_equal(find(leases, "10.0.0.5", 0)->name,
				                       span_of(name)));
			else
				assert_null(find(leases, "10.0.0.5", 0));
			leases_free(leases);
		}
	}
}

static void
test_memory(void **state)
{
	static const char *const texts[] = {dnsmasq, kea4, dhcpd4};
	struct leases *leases = NULL;

	(void)state;
	left = 0;
	assert_int_equal(leases_new(&leases), FSK_NOMEM);
	assert_null(leases);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int n = 0;
		size_t skipped = 7;

		left = -1;
		assert_int_equal(leases_new(&leases), FSK_OK);
		for (;; n++) {
			left = n;
			if (leases_read(leases, span_of(texts[i]), &skipped, NULL) ==
			    FSK_OK)
				break;
			assert_int_equal(leases_count(leases), 0);
			assert_int_equal(skipped, 7);
		}
		left = -1;
		assert_int_equal(n, 2);
		assert_true(leases_count(leases) > 0);
		leases_free(leases);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_dnsmasq),  cmocka_unit_test(test_kea4),
	        cmocka_unit_test(test_kea6),     cmocka_unit_test(test_dhcpd4),
	        cmocka_unit_test(test_dhcpd6),   cmocka_unit_test(test_dhcpd_faults),
	        cmocka_unit_test(test_overlaps), cmocka_unit_test(test_against_all),
	        cmocka_unit_test(test_refused),  cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_bounds),   cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
