/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Compressed logs: each kind gives the same bytes, member after member; what is cut or
 * altered is told, and what stands before it is not lost.
 */
#include "source_read.h"

static void
test_packed(void **state)
{
	static const size_t sizes[] = {1,
	                               300,
	                               65536,
	                               LOG_SOURCE_HEAD - 1,
	                               LOG_SOURCE_HEAD,
	                               LOG_SOURCE_HEAD + 1,
	                               400000};
	struct heap log = log_of(400000);
	struct heap packed = {NULL, 0, 0};

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct log_source *source;

		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			packed.len = 0;
			pack(&packed, kinds[k].name, (struct span){log.text, sizes[i]});
			assert_reads(all_of(&packed), (struct span){log.text, sizes[i]});
		}
		source = open_source(path);
		assert_false(log_source_is_plain(source));
		log_source_close(source);
		assert_reads(kinds[k].empty, span_of(""));
	}
	drop(&packed);
	drop(&log);
}

/* Three rotated logs in one file, and with an empty one before, between, behind. */
static void
test_concatenation(void **state)
{
	struct heap log = log_of(200000);

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct heap a = {NULL, 0, 0};
		struct heap b = {NULL, 0, 0};

		pack(&a, kinds[k].name, (struct span){log.text, 1000});
		pack(&b, kinds[k].name, (struct span){log.text + 1000, 199000});
		for (unsigned empties = 0; empties < 8; empties++) {
			struct heap packed = {NULL, 0, 0};

			if (empties & 1)
				add(&packed, kinds[k].empty);
			add(&packed, all_of(&a));
			if (empties & 2)
				add(&packed, kinds[k].empty);
			add(&packed, all_of(&b));
			if (empties & 4) {
				add(&packed, kinds[k].empty);
				add(&packed, kinds[k].empty);
			}
			assert_reads(all_of(&packed), all_of(&log));
			drop(&packed);
		}
		drop(&a);
		drop(&b);
	}
	drop(&log);
}

/* Many short members, whose borders fall on every place of what is read at once. */
static void
test_many_members(void **state)
{
	struct heap log = log_of(3000);

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct heap packed = {NULL, 0, 0};
		struct writer writer = {.step = 13};

		for (size_t at = 0; at < log.len; at += 150)
			pack(&packed, kinds[k].name, (struct span){log.text + at, 150});
		assert_reads(all_of(&packed), all_of(&log));
		writer.text = all_of(&packed);
		assert_pipe(writer, false, false, all_of(&log));
		drop(&packed);
	}
	drop(&log);
}

/* The same, over the border of a chunk; of those that take megabytes a member, which
 * the sanitizers make slow, the others must do. */
static void
test_very_many_members(void **state)
{
	struct heap one = {NULL, 0, 0};
	struct heap packed = {NULL, 0, 0};
	struct heap text = {NULL, 0, 0};

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		if (strcmp(kinds[k].name, "xz") == 0 || strcmp(kinds[k].name, "bzip2") == 0)
			continue;
		one.len = packed.len = text.len = 0;
		pack(&one, kinds[k].name, span_of("a line, and a line\n"));
		while (packed.len < 300000) {
			add(&packed, all_of(&one));
			add(&text, span_of("a line, and a line\n"));
		}
		assert_reads(all_of(&packed), all_of(&text));
	}
	drop(&one);
	drop(&packed);
	drop(&text);
}

/* pzstd writes frames of no data between the others. */
static void
test_skippable(void **state)
{
	static const struct span skipped = LITERAL("\x50\x2a\x4d\x18\x04\0\0\0\1\2\3\4");
	struct heap packed = {NULL, 0, 0};

	(void)state;
	for (size_t k = 3; k < KINDS; k++) {
		packed.len = 0;
		add(&packed, skipped);
		pack(&packed, kinds[k].name, span_of("one\n"));
		add(&packed, skipped);
		pack(&packed, kinds[k].name, span_of("two\n"));
		assert_reads(all_of(&packed), span_of("one\ntwo\n"));
	}
	drop(&packed);
}

/* What is compressed in what is compressed is data. */
static void
test_once(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct heap inner = {NULL, 0, 0};
		struct heap outer = {NULL, 0, 0};

		pack(&inner, "gzip", span_of("text\n"));
		pack(&outer, kinds[k].name, all_of(&inner));
		assert_reads(all_of(&outer), all_of(&inner));
		drop(&inner);
		drop(&outer);
	}
}

/* A gzip cut at each byte gives all that stands before, and says so. */
static void
test_gzip_cut(void **state)
{
	struct heap log = log_of(600);
	struct heap packed = {NULL, 0, 0};
	size_t last = 0;
	size_t first_end;

	(void)state;
	pack(&packed, "gzip", all_of(&log));
	first_end = packed.len;
	pack(&packed, "gzip", all_of(&log));
	assert_reads((struct span){packed.text, 0}, span_of(""));
	assert_reads((struct span){packed.text, 1}, span_of("\x1f"));
	for (size_t len = 2; len < packed.len; len++) {
		struct heap heap = {NULL, 0, 0};
		const char *why = NULL;
		enum fsk_err err;

		put((struct span){packed.text, len}, O_TRUNC);
		err = read_file(&heap, &why);
		assert_int_equal(err, len == first_end ? FSK_END : FSK_CORRUPT);
		if (err == FSK_CORRUPT)
			assert_non_null(strstr(why, "cut"));
		assert_in_range(heap.len, last, 2 * log.len);
		last = heap.len;
		for (size_t i = 0; i < heap.len; i++)
			assert_int_equal(heap.text[i], log.text[i % log.len]);
		drop(&heap);
		/* The 8 bytes of the trailer hold no text. */
		if (len == first_end - 8)
			assert_int_equal(last, log.len);
	}
	assert_int_equal(last, 2 * log.len);
	drop(&packed);
	drop(&log);
}

/* The others, cut at each byte: never a byte that is wrong, never an end that looks
 * whole, and what stands before the last block is there. */
static void
test_cut(void **state)
{
	struct heap log = log_of(300);
	struct heap large = log_of(300000);

	(void)state;
	for (size_t k = 1; k < KINDS; k++) {
		struct heap packed = {NULL, 0, 0};
		struct heap heap = {NULL, 0, 0};
		const char *why = NULL;

		pack(&packed, kinds[k].name, all_of(&log));
		for (size_t len = 10; len < packed.len; len++) {
			put((struct span){packed.text, len}, O_TRUNC);
			assert_int_equal(read_file(&heap, &why), FSK_CORRUPT);
			assert_non_null(strstr(why, "cut"));
			assert_true(span_equal(all_of(&heap),
			                       (struct span){log.text, heap.len}));
			heap.len = 0;
		}
		packed.len = 0;
		pack(&packed, kinds[k].name, all_of(&large));
		put((struct span){packed.text, packed.len - 1}, O_TRUNC);
		assert_int_equal(read_file(&heap, &why), FSK_CORRUPT);
		assert_true(span_equal(all_of(&heap), (struct span){large.text, heap.len}));
		/* lz4 alone has such blocks that all of it is one. */
		if (strcmp(kinds[k].name, "lz4") != 0)
			assert_true(heap.len >= large.len - (128 << 10));
		drop(&packed);
		drop(&heap);
	}
	drop(&log);
	drop(&large);
}

static void
test_altered(void **state)
{
	struct heap log = log_of(100000);

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct heap packed = {NULL, 0, 0};
		struct heap heap = {NULL, 0, 0};
		const char *why = NULL;

		pack(&packed, kinds[k].name, all_of(&log));
		put((struct span){packed.text, packed.len / 2}, O_TRUNC);
		put(span_from(all_of(&packed), packed.len / 2 + 64), O_APPEND);
		assert_int_equal(read_file(&heap, &why), FSK_CORRUPT);
		drop(&packed);
		drop(&heap);
	}
	drop(&log);
}

/* The checksums of gzip: all the text is there, and the error is told behind it. */
static void
test_gzip_checksum(void **state)
{
	struct heap log = log_of(1000);
	struct heap packed = {NULL, 0, 0};

	(void)state;
	pack(&packed, "gzip", all_of(&log));
	for (size_t i = packed.len - 8; i < packed.len; i++) {
		packed.text[i] ^= 1;
		assert_fails(all_of(&packed), all_of(&log), "altered");
		packed.text[i] ^= 1;
	}
	assert_reads(all_of(&packed), all_of(&log));
	packed.text[2] = 7; /* no method of compression */
	assert_fails(all_of(&packed), span_of(""), "altered");
	drop(&packed);
	drop(&log);
}

static void
test_garbage(void **state)
{
	static const struct span zeros = LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		struct heap packed = {NULL, 0, 0};
		struct heap heap = {NULL, 0, 0};
		const char *why = NULL;
		size_t len;

		pack(&packed, kinds[k].name, span_of("text\n"));
		len = packed.len;
		add(&packed, span_of("more text, but plain\n"));
		put(all_of(&packed), O_TRUNC);
		assert_int_equal(read_file(&heap, &why), FSK_CORRUPT);
		assert_non_null(strstr(why, "something else"));
		/* gzip, bzip2 and lz4 are told apart from what follows. */
		if (k == 0 || k == 2 || k == 4)
			assert_true(span_equal(all_of(&heap), span_of("text\n")));
		drop(&heap);
		/* What pads a file is no garbage; zstd's makers think otherwise. */
		packed.len = len;
		add(&packed, zeros);
		if (k != 3)
			assert_reads(all_of(&packed), span_of("text\n"));
		drop(&packed);
	}
}

/* A member, zeros, a member: tapes are filled so. */
static void
test_padding_between(void **state)
{
	struct heap packed = {NULL, 0, 0};
	char *zeros = calloc(1, 300000);

	(void)state;
	pack(&packed, "gzip", span_of("one\n"));
	add(&packed, (struct span){zeros, 300000});
	pack(&packed, "gzip", span_of("two\n"));
	assert_reads(all_of(&packed), span_of("one\ntwo\n"));
	free(zeros);
	drop(&packed);
}

/* 8 MiB of zeros, over and over: below 1 GiB they are given out, whatever they are made
 * of, and not above. */
static void
test_bomb(void **state)
{
	char *zeros = calloc(1, 8 * MIB);
	struct heap one = {NULL, 0, 0};
	struct heap packed = {NULL, 0, 0};
	struct log_source *source;
	enum fsk_err err;
	size_t got;

	(void)state;
	pack(&one, "zstd", (struct span){zeros, 8 * MIB});
	for (unsigned i = 0; i < 140; i++)
		add(&packed, all_of(&one));
	put(all_of(&packed), O_TRUNC);
	source = open_source(path);
	do
		err = log_source_read(source, zeros, MIB, &got);
	while (err == FSK_OK);
	assert_int_equal(err, FSK_CORRUPT);
	assert_non_null(strstr(log_source_why(source), "a thousand times"));
	assert_in_range(log_source_offset(source), LOG_SOURCE_FREE + 1,
	                LOG_SOURCE_FREE + MIB);
	log_source_close(source);
	drop(&one);
	drop(&packed);
	free(zeros);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_packed),
	        cmocka_unit_test(test_concatenation),
	        cmocka_unit_test(test_many_members),
	        cmocka_unit_test(test_very_many_members),
	        cmocka_unit_test(test_skippable),
	        cmocka_unit_test(test_once),
	        cmocka_unit_test(test_gzip_cut),
	        cmocka_unit_test(test_cut),
	        cmocka_unit_test(test_altered),
	        cmocka_unit_test(test_gzip_checksum),
	        cmocka_unit_test(test_garbage),
	        cmocka_unit_test(test_padding_between),
	        cmocka_unit_test(test_bomb),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
