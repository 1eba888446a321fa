/* SPDX-License-Identifier: BSD-2-Clause
 *
 * feed/mark.h: the last serial of a zone that was served though its state could not be
 * kept. A state is replaced as a whole, for which the folder must be writable and the disk
 * have room; the mark was made before and is written over in place, which takes neither.
 * So a restart knows which serials it must not use again. One line: the serial, in ten
 * digits.
 */
#ifndef FEED_MARK_H
#define FEED_MARK_H

#include <foresink/err.h>

#include <stdint.h>

/* The path of the mark beside the state file ${state}, for the caller to free; NULL
 * without memory. */
char *feed_mark_path(const char *state);

/* Makes the mark at ${path}, which says 0: none, unless there is one. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err feed_mark_make(const char *path);

/* Writes ${serial} over the mark at ${path}, and has it on the disk at the end. FSK_IO with
 * errno. */
FSK_MUST_USE enum fsk_err feed_mark_write(const char *path, uint32_t serial);

/* The serial of the mark at ${path}; 0: there is none, or none that can be read. */
uint32_t feed_mark_read(const char *path);

#endif
