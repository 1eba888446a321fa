/* SPDX-License-Identifier: BSD-2-Clause
 *
 * dga/list.h: one period's whole list as text in memory: the fast way to make
 * names in bulk. Names stand in generation order, each followed by LF, with
 * duplicates, and their lengths stand beside them. A list is made again and
 * again in the same memory: init once, set the period, make.
 */
#ifndef DGA_LIST_H
#define DGA_LIST_H

#include <foresink/dga.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dga_variant;
struct dga_family;

/* Names between two kept states. */
#define DGA_MARK_STEP 64

/* Bytes behind the text that a generator may overwrite, so that it can copy
 * in whole vectors. */
#define DGA_LIST_SLACK 64

struct dga_list {
	struct fsk_period period; /* set by the caller before dga_list_make() */
	char *text;               /* bytes valid octets, bytes + DGA_LIST_SLACK writable */
	uint8_t *len;             /* len[i]: octets of name i, without its LF */
	uint64_t *mark;           /* mark[k]: the state before name k * DGA_MARK_STEP, as
	                           * the family's mark() gives it; NULL: not wanted */
	size_t bytes;             /* of text, the LFs included */
	uint32_t count;           /* names */
};

/* Gets memory for any one list of ${variant} and stores it in ${list}; marks
 * only when ${marks}. FSK_NOMEM. */
FSK_MUST_USE enum fsk_err dga_list_init(struct dga_list *list,
                                        const struct dga_variant *variant, bool marks);

/* Frees what ${list} holds; NULL and a zeroed list are allowed. */
void dga_list_fini(struct dga_list *list);

/* Fills ${lists}[0..count), all of them made by dga_list_init() for
 * ${variant} of ${family}, each for its own period. Several at once may be
 * faster than one at a time: generators with a long chain of dependent steps
 * interleave them (DGA_LIST_BATCH is enough for all). Marks are written when
 * the list has room for them and the family has mark(). */
void dga_list_make(const struct dga_family *family, const struct dga_variant *variant,
                   struct dga_list *lists, size_t count);

#define DGA_LIST_BATCH 24

#endif
