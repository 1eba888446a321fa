/* SPDX-License-Identifier: BSD-2-Clause
 *
 * published.h: counts that were published, to be found again: F-Secure's table of 22
 * January 2009, addresses of Conficker in a day by country, of which the other countries
 * are one line here; F-Secure's sum of counters of 16 January; the hits of Bkis of 1 April.
 */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include <stdint.h>

#define PUBLISHED_DAY INT64_C(1232582400) /* 2009-01-22 */
#define PUBLISHED_ADDRESSES 1005941

static const struct published_country {
	const char *country; /* "": all others */
	uint32_t addresses;
	double percent; /* as it was published; 0: it was not */
} published_countries[] = {
        {"CN", 152016, 15.1}, {"RU", 139934, 13.9}, {"BR", 120197, 11.9}, {"IN", 64035, 0},
        {"UA", 63939, 0},     {"KR", 39731, 0},     {"IT", 39712, 0},     {"RO", 39156, 0},
        {"AR", 36070, 0},     {"US", 11779, 1.2},   {"", 299372, 0},
};

#define PUBLISHED_COUNTER_SUM 8976038
#define PUBLISHED_COUNTER_ADDRESSES 353495

#define PUBLISHED_BKIS_HITS 13841
#define PUBLISHED_BKIS_HELD 6

#endif
