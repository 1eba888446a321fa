/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The lists again, for a build that has no library to link: every list below
 * the folder named on the command line, name by name. Status 0 when there are
 * lists and none differs.
 */
#include "vectors/compare.h"

#include <float.h>
#include <stdio.h>

/* How many lists that differ are told one by one. */
#define SHOWN 10

static void
visit(const struct walk_file *file, const char *why, void *context)
{
	size_t *differ = context;
	char differs[COMPARE_WHY];

	if (why[0] == '\0' && !compare(file, differs))
		why = differs;
	if (why[0] == '\0')
		return;
	if (++*differ <= SHOWN)
		printf("# %s: %s\n", file->path, why);
}

int
main(int argc, char **argv)
{
	size_t differ = 0;
	size_t files = argc == 2 ? walk(argv[1], visit, &differ) : 0;

	printf("# %zu lists, %zu differ; pointers of %zu bits, FLT_EVAL_METHOD %d\n", files,
	       differ, 8 * sizeof(void *), (int)FLT_EVAL_METHOD);
	return files == 0 || differ > 0;
}
