/* SPDX-License-Identifier: BSD-2-Clause
 *
 * whose: is a name a forecast of that day? Build it against the installed
 * library (below /usr/local: ldconfig must know it, as `make install' sees to):
 *   cc whose.c $(pkg-config --cflags --libs libforesink)
 *
 *   whose SECONDS NAME...    SECONDS since 1970, as `date +%s' prints them
 */
#include <foresink/watch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	char *end = NULL;
	int64_t when = argc > 2 ? strtoll(argv[1], &end, 10) : 0;
	struct fsk_index *index;
	struct fsk_match match;
	enum fsk_err err;

	if (argc < 3 || end == argv[1] || *end != '\0') {
		fprintf(stderr, "usage: whose SECONDS NAME...\n");
		return 64;
	}
	err = fsk_index_new(NULL, FSK_ALL_GENERATORS, when, when, &index);
	if (err != FSK_OK) {
		fprintf(stderr, "whose: %s\n", fsk_strerror(err));
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		if (fsk_index_find(index, argv[i], strlen(argv[i]), &match, 1) == 0)
			printf("%s: nobody's\n", argv[i]);
		else
			printf("%s: %s/%s #%u\n", argv[i],
			       fsk_generator_family(match.generator),
			       fsk_generator_variant(match.generator), match.index);
	}
	fsk_index_free(index);
	return 0;
}
