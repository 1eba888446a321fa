/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a publication says of itself, and who believes it: keys, signatures, and each
 * way in which files and manifest may disagree.
 */
#include "publish/manifest.h"

#include "publish/check.h"
#include "publish/manifest_read.h"
#include "publish/manifest_write.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static const char *
at(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
put_file(const char *name, const char *text, size_t len)
{
	FILE *file = fopen(at(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* The SHA-256 of "abc", FIPS 180-4. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

#define HEAD                                                                               \
	"{\"serial\":2009030800,\"previous\":null,\"made\":\"2009-03-08T01:00:00Z\","      \
	"\"window\":{\"from\":\"2009-03-08T00:00:00Z\",\"to\":\"2009-03-08T23:59:59Z\"},"  \
	"\"content\":\"0123456789abcdef\",\"counts\":{\"blocked\":1},\"files\":["
#define FILES "{\"file\":\"a.txt\",\"bytes\":3,\"sha256\":\"" ABC "\"}"

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/foresink-manifest-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	put_file("a.txt", "abc", 3);
	put_file("manifest.json", HEAD FILES "]}", strlen(HEAD FILES "]}"));
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(at("a.txt"));
	unlink(at("b.txt"));
	unlink(at("manifest.json"));
	unlink(at("manifest.json.sig"));
	return rmdir(folder);
}

/* Verifies the folder, whose fault is ${err} in ${file}. */
static void
verify(const uint8_t *key, enum fsk_err err, const char *file)
{
	struct publish_verdict verdict;

	assert_int_equal(publish_verify(folder, key, &verdict), err);
	assert_string_equal(verdict.file, file);
	assert_int_equal(verdict.why == NULL, err == FSK_OK);
}

static void
test_verify(void **state)
{
	struct publish_verdict verdict;

	(void)state;
	assert_int_equal(publish_verify(folder, NULL, &verdict), FSK_OK);
	assert_int_equal(verdict.serial, 2009030800);
	assert_int_equal(verdict.made, 1236474000);
	assert_int_equal(verdict.window.first, 1236470400);
	assert_int_equal(verdict.window.last, 1236556799);
	assert_int_equal(verdict.blocked, 1);
	assert_int_equal(verdict.files, 1);
	assert_false(verdict.is_signed);
	put_file("a.txt", "abd", 3);
	verify(NULL, FSK_MISMATCH, "a.txt");
	put_file("a.txt", "abcd", 4);
	verify(NULL, FSK_MISMATCH, "a.txt");
	put_file("a.txt", "ab", 2);
	verify(NULL, FSK_MISMATCH, "a.txt");
	put_file("a.txt", "abc", 3);
	put_file("b.txt", "abc", 3);
	verify(NULL, FSK_MISMATCH, "b.txt");
	unlink(at("b.txt"));
	unlink(at("a.txt"));
	verify(NULL, FSK_MISMATCH, "a.txt");
	/* Neither a link nor a pipe stands for a file; nobody waits for its writer. */
	assert_int_equal(symlink("/etc/hostname", at("a.txt")), 0);
	verify(NULL, FSK_MISMATCH, "a.txt");
	unlink(at("a.txt"));
	assert_int_equal(mkfifo(at("a.txt"), 0600), 0);
	verify(NULL, FSK_MISMATCH, "a.txt");
	unlink(at("a.txt"));
	unlink(at("manifest.json"));
	assert_int_equal(publish_verify(folder, NULL, &verdict), FSK_IO);
	assert_int_equal(publish_verify(at("none"), NULL, &verdict), FSK_IO);
	assert_int_equal(errno, ENOENT);
}

static void
test_malformed(void **state)
{
	static const char *const texts[] = {
	        "",
	        "x",
	        "[]",
	        "{}",
	        "{\"files\":[]}",
	        HEAD FILES "]",
	        HEAD FILES "]}x",
	        HEAD "1]}",
	        HEAD "{\"file\":\"a.txt\",\"bytes\":3}]}",
	        HEAD "{\"file\":\"../a.txt\",\"bytes\":3,\"sha256\":\"" ABC "\"}]}",
	        HEAD "{\"file\":\"/etc/passwd\",\"bytes\":3,\"sha256\":\"" ABC "\"}]}",
	        HEAD "{\"file\":\"\",\"bytes\":3,\"sha256\":\"" ABC "\"}]}",
	        HEAD "{\"file\":\"..\",\"bytes\":3,\"sha256\":\"" ABC "\"}]}",
	        HEAD "{\"file\":\"a.txt\",\"bytes\":-1,\"sha256\":\"" ABC "\"}]}",
	        HEAD "{\"file\":\"a.txt\",\"bytes\":3.0,\"sha256\":\"" ABC "\"}]}",
	        HEAD "{\"file\":\"a.txt\",\"bytes\":3,\"sha256\":\"" ABC "00\"}]}",
	        HEAD "{\"file\":\"a.txt\",\"bytes\":3,\"sha256\":\"ba\"}]}",
	        HEAD "{\"file\":\"a\\u0000.txt\",\"bytes\":3,\"sha256\":\"" ABC "\"}]}",
	        "{\"serial\":1," HEAD FILES "]}",
	        "{\"serial\":4294967296,\"files\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put_file("manifest.json", texts[i], strlen(texts[i]));
		verify(NULL, FSK_SYNTAX, "manifest.json");
	}
	/* Cut at each octet, it is never believed. */
	for (size_t len = 0; len < strlen(HEAD FILES "]}"); len++) {
		put_file("manifest.json", HEAD FILES "]}", len);
		verify(NULL, FSK_SYNTAX, "manifest.json");
	}
}

/* RFC 8032 section 7.1, test 3: the seed, its public key, and what it signs "\xaf\x82"
 * with. */
static void
test_ed25519(void **state)
{
	static const struct publish_key key = {
	        .seed = {0xc5, 0xaa, 0x8d, 0xf4, 0x3f, 0x9f, 0x83, 0x7b, 0xed, 0xb7, 0x44,
	                 0x2f, 0x31, 0xdc, 0xb7, 0xb1, 0x66, 0xd3, 0x85, 0x35, 0x07, 0x6f,
	                 0x09, 0x4b, 0x85, 0xce, 0x3a, 0x2e, 0x0b, 0x44, 0x58, 0xf7}};
	static const uint8_t public_key[] = {
	        0xfc, 0x51, 0xcd, 0x8e, 0x62, 0x18, 0xa1, 0xa3, 0x8d, 0xa4, 0x7e,
	        0xd0, 0x02, 0x30, 0xf0, 0x58, 0x08, 0x16, 0xed, 0x13, 0xba, 0x33,
	        0x03, 0xac, 0x5d, 0xeb, 0x91, 0x15, 0x48, 0x90, 0x80, 0x25};
	char text[PUBLISH_KEY_TEXT];
	char signature[PUBLISH_SIGNATURE_TEXT];
	struct publish_key read;

	(void)state;
	publish_key_write(&key, text);
	assert_int_equal(publish_key_read(&read, span_of(text)), FSK_OK);
	assert_memory_equal(read.seed, key.seed, sizeof(key.seed));
	assert_memory_equal(read.public_key, public_key, sizeof(public_key));
	publish_manifest_sign(&read, (struct span){"\xaf\x82", 2}, signature);
	assert_string_equal(signature,
	                    "YpHWV97sJAJIJ+acOr4BowzlSKKEdDpEXjaA19taw6wY/5tTjRbykK5n92"
	                    "CYTcZZSnwV6XFu0o3AJ77O6h7ECg==\n");
	publish_key_fini(&read);
	for (size_t i = 0; i < sizeof(read.seed); i++)
		assert_int_equal(read.seed[i], 0);
	publish_key_fini(NULL);
}

static void
test_keys(void **state)
{
	char secret[PUBLISH_KEY_TEXT];
	char public_text[PUBLISH_KEY_TEXT];
	struct publish_key key, read;
	uint8_t public_key[PUBLISH_PUBLIC];

	(void)state;
	publish_key_make(&key);
	publish_key_write(&key, secret);
	publish_key_write_public(&key, public_text);
	assert_int_equal(publish_key_read(&read, span_of(secret)), FSK_OK);
	assert_memory_equal(&read, &key, sizeof(key));
	assert_int_equal(publish_key_read_public(public_key, span_of(public_text)), FSK_OK);
	assert_memory_equal(public_key, key.public_key, sizeof(public_key));
	/* One is never taken for the other. */
	assert_int_equal(publish_key_read(&read, span_of(public_text)), FSK_SYNTAX);
	assert_int_equal(publish_key_read_public(public_key, span_of(secret)), FSK_SYNTAX);
	for (size_t len = 0; len < strlen(secret) - 1; len++)
		assert_int_equal(publish_key_read(&read, (struct span){secret, len}),
		                 FSK_SYNTAX);
	secret[30] = '*';
	assert_int_equal(publish_key_read(&read, span_of(secret)), FSK_SYNTAX);
	assert_int_equal(publish_key_read(&read, (struct span){NULL, 0}), FSK_SYNTAX);
}

static void
test_signature(void **state)
{
	static const char manifest[] = HEAD FILES "]}";
	char signature[PUBLISH_SIGNATURE_TEXT];
	struct publish_key key, other;
	struct publish_verdict verdict;

	(void)state;
	publish_key_make(&key);
	publish_key_make(&other);
	verify(key.public_key, FSK_MISMATCH, "manifest.json.sig");
	publish_manifest_sign(&key, span_of(manifest), signature);
	put_file("manifest.json.sig", signature, strlen(signature));
	verify(NULL, FSK_OK, "");
	verify(other.public_key, FSK_MISMATCH, "manifest.json.sig");
	assert_int_equal(publish_verify(folder, key.public_key, &verdict), FSK_OK);
	assert_true(verdict.is_signed);
	/* A blank more in the manifest says the same, and is not what was signed. */
	put_file("manifest.json", HEAD FILES "] }", strlen(HEAD FILES "] }"));
	verify(NULL, FSK_OK, "");
	verify(key.public_key, FSK_MISMATCH, "manifest.json.sig");
	put_file("manifest.json", manifest, strlen(manifest));
	for (size_t len = 0; len < strlen(signature) - 1; len++) {
		put_file("manifest.json.sig", signature, len);
		verify(key.public_key, FSK_MISMATCH, "manifest.json.sig");
	}
	publish_key_fini(&key);
	publish_key_fini(&other);
}

/* What is written is read back as it was meant, and is JSON. */
static void
test_round_trip(void **state)
{
	static const char *const notes[] = {"allow list \"a\xff\".txt: 1 name", NULL};
	static const struct publish_format format = {.name = "plain"};
	const struct publish_written written = {
	        .format = &format,
	        .file = "a.txt",
	        .facts = {.bytes = 3, .names = 1, .left_out = 2}};
	struct watch_plan plan = {.from = 0, .to = 0, .threads = 1};
	struct watch_roster_setting setting = {.plan = &plan};
	struct watch_roster *roster;
	struct publish_file_facts facts;
	struct publish_file *file;
	struct publish_stated *stated;
	struct publish_verdict verdict;
	struct publish_record record;
	struct publish_list list = {.window = {1236470400, 1236556799},
	                            .made = 1236474000,
	                            .serial = 2009030801,
	                            .origin = span_of("rpz.example"),
	                            .canary = span_of(""),
	                            .ttl = 5};
	const char *const families[] = {"conficker/[ab]", "\"\n"};
	const struct span suffixes[] = {span_of("co.uk")};
	const struct publish_selection selection = {.families = families,
	                                            .family_count = 2,
	                                            .suffixes = suffixes,
	                                            .suffix_count = 1,
	                                            .least = DGA_MEDIUM};
	const struct publish_manifest manifest = {.list = &list,
	                                          .selection = &selection,
	                                          .previous = 2009030800,
	                                          .content = UINT64_C(0xfedcba9876543210),
	                                          .notes = notes,
	                                          .files = &written,
	                                          .file_count = 1};
	char text[4096];
	json_t *chosen;
	json_t *root;
	int fd;

	(void)state;
	assert_int_equal(watch_roster_new(&setting, &roster), FSK_OK);
	list.roster = roster;
	fd = open(at("b.txt"), O_RDWR | O_CREAT, 0600);
	assert_int_equal(publish_file_new(fd, &file), FSK_OK);
	assert_int_equal(publish_manifest_write(&manifest, file), FSK_OK);
	assert_int_equal(publish_file_finish(file, &facts), FSK_OK);
	publish_file_free(file);
	assert_int_equal(pread(fd, text, sizeof(text), 0), facts.bytes);
	close(fd);
	assert_int_equal(publish_stated_read((struct span){text, facts.bytes}, &stated,
	                                     &verdict, &record),
	                 FSK_OK);
	assert_int_equal(verdict.serial, list.serial);
	assert_int_equal(verdict.made, list.made);
	assert_int_equal(verdict.window.first, list.window.first);
	assert_int_equal(verdict.window.last, list.window.last);
	assert_int_equal(verdict.blocked, 0);
	assert_int_equal(record.previous, 2009030800);
	assert_true(record.content == manifest.content);
	assert_int_equal(record.files, 1);
	assert_string_equal(record.file[0].file, "a.txt");
	assert_int_equal(record.file[0].names, written.facts.names);
	assert_int_equal(publish_stated_count(stated), 1);
	assert_string_equal(publish_stated_at(stated, 0)->file, "a.txt");
	assert_int_equal(publish_stated_at(stated, 0)->bytes, 3);
	publish_stated_free(stated);
	root = json_loadb(text, facts.bytes, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_true(json_is_null(json_object_get(root, "canary")));
	chosen = json_pack("{s:[s,s],s:[s],s:s}", "families", families[0], families[1],
	                   "tlds", "co.uk", "confidence", "medium");
	assert_true(json_equal(json_object_get(root, "selection"), chosen));
	json_decref(chosen);
	assert_string_equal(
	        json_string_value(json_array_get(json_object_get(root, "collisions"), 0)),
	        "allow list \"a\xef\xbf\xbd\".txt: 1 name");
	json_decref(root);
	watch_roster_free(roster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_verify, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_malformed, make_folder, remove_folder),
	        cmocka_unit_test(test_ed25519),
	        cmocka_unit_test(test_keys),
	        cmocka_unit_test_setup_teardown(test_signature, make_folder, remove_folder),
	        cmocka_unit_test_setup_teardown(test_round_trip, make_folder,
	                                        remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
