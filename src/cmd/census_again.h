/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_again.h: the second walk of a census: the sightings of the seconds that each
 * family wants, of all sources together by time.
 */
#ifndef CMD_CENSUS_AGAIN_H
#define CMD_CENSUS_AGAIN_H

#include "cmd/census_make.h"

/* What a part wants: seconds since 1970, to not included. */
struct census_window {
	struct census_part *part;
	int64_t from, to;
};

/* Reads for the ${count} ${windows}, which are not empty; sorts them. */
enum status census_again(struct census_work *work, struct census_window *windows,
                         size_t count);

#endif
