/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/landlock.h: which files the daemon can reach, by Landlock, landlock(7): some
 * folders to read, some to write; TCP connections to some ports; no signal to others.
 */
#ifndef UP_LANDLOCK_H
#define UP_LANDLOCK_H

#include <foresink/err.h>

#include <stdint.h>

struct up_landlock;

/* Begins a set of rules. FSK_VERSION: this kernel has no Landlock; FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_landlock_new(struct up_landlock **landlock);

/* What a folder and all that lies below it is for; a set. */
enum up_landlock_use {
	UP_LANDLOCK_READ = 1,   /* files are read whose names are known */
	UP_LANDLOCK_LIST = 2,   /* folders are listed */
	UP_LANDLOCK_WRITE = 4,  /* files are made, written and removed */
	UP_LANDLOCK_REMOVE = 8, /* files are removed */
	UP_LANDLOCK_APPEND = 16 /* files are made, read and written, and never removed */
};

/* Lets the folder ${path} be used for ${uses}. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_landlock_folder(struct up_landlock *landlock, const char *path,
                                             unsigned uses);

/* The same for the folder in which the file ${path} lies, and for the one to which it leads
 * if it is there and a symbolic link: files that are replaced are other files. */
FSK_MUST_USE enum fsk_err up_landlock_beside(struct up_landlock *landlock, const char *path,
                                             unsigned uses);

/* Lets TCP connections to ${port} be begun, where this kernel can refuse others. FSK_IO
 * with errno. */
FSK_MUST_USE enum fsk_err up_landlock_port(struct up_landlock *landlock, uint16_t port);

/* Puts the rules into force for this thread and those that it starts, for ever; the
 * process must have set PR_SET_NO_NEW_PRIVS. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_landlock_enforce(struct up_landlock *landlock);

void up_landlock_free(struct up_landlock *landlock);

#endif
