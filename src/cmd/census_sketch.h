/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/census_sketch.h: the files of sketches, and the line of a sketch in each form. What
 * goes wrong is said here.
 */
#ifndef CMD_CENSUS_SKETCH_H
#define CMD_CENSUS_SKETCH_H

#include "census/sketch.h"
#include "cmd/census_make.h"

/* Writes ${sketch} into the file ${path}, whole or not at all. STATUS_SYSTEM. */
enum status census_sketch_save(const struct census_sketch *sketch, const char *path);

/* Writes the sketches of ${work}, as its ask wants them: by day for each generator, and for
 * each of its countries; by hour for each generator. STATUS_SYSTEM. */
enum status census_sketch_make(const struct census_work *work);

#endif
