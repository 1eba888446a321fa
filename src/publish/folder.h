/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/folder.h: the folder in which publications stand, and the steps by which a
 * new one takes its place. The order of the steps is the promise of
 * publish/publish.h: a kill between any two of them leaves the old publication or
 * the new one, and nothing that the next run cannot remove.
 */
#ifndef PUBLISH_FOLDER_H
#define PUBLISH_FOLDER_H

#include <foresink/err.h>

#include <stdbool.h>
#include <stdint.h>

/* What stands in the way of a publication if it is there and cannot be removed. */
#define PUBLISH_FOLDER_DRAFT ".foresink-publish-draft"
#define PUBLISH_FOLDER_LINK ".foresink-publish-link"

struct publish_folder {
	int fd;           /* -1: closed */
	int lock;         /* likewise; it is held as long as this is open */
	int draft;        /* of the publication that is being written; -1: none */
	uint32_t current; /* its serial; 0: nothing is published */
	uint32_t highest; /* serial of any publication that stands there; 0: none */
};

/* The serial of which ${text} is the ten digits; 0 when it is none. */
uint32_t publish_folder_serial(const char *text);

/* Opens the folder ${path}, which is made if need be, and locks it against other runs.
 * FSK_IO with errno (EWOULDBLOCK: another run has it), FSK_CORRUPT with ${why} when what
 * is called "current" leads to no publication. */
FSK_MUST_USE enum fsk_err publish_folder_open(struct publish_folder *folder,
                                              const char *path, const char **why);

/* Opens the current publication, which there must be. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err publish_folder_current(const struct publish_folder *folder,
                                                 int *fd);

/* Whether nothing has the name of ${serial}, be it a publication or the user's own. */
bool publish_folder_is_free(const struct publish_folder *folder, uint32_t serial);

/* Removes what interrupted runs left behind. */
void publish_folder_sweep(const struct publish_folder *folder);

/* Removes that, and all publications but the current one
 * and ${previous}; none if nothing is current. What cannot be removed stays. */
void publish_folder_clean(const struct publish_folder *folder, uint32_t previous);

/* Begins a new publication: an empty folder that no reader knows. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err publish_folder_begin(struct publish_folder *folder);

/* Creates ${file} in it, to write and to read. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err publish_folder_create(const struct publish_folder *folder,
                                                const char *file, int *fd);

/* Makes the new publication, whose files are on the disk, current as ${serial}. FSK_IO
 * with errno; then the old one still is. */
FSK_MUST_USE enum fsk_err publish_folder_install(struct publish_folder *folder,
                                                 uint32_t serial);

/* Ends the work, and removes a publication that was begun and not installed. Keeps
 * errno. */
void publish_folder_close(struct publish_folder *folder);

#endif
