/* SPDX-License-Identifier: BSD-2-Clause
 *
 * up/landlock.h: which files the daemon can reach, by Landlock, landlock(7): some
 * folders to read, one to write, no TCP connection, no signal to others.
 */
#ifndef UP_LANDLOCK_H
#define UP_LANDLOCK_H

#include <foresink/err.h>

#include <stdbool.h>

struct up_landlock;

/* Begins a set of rules. FSK_VERSION: this kernel has no Landlock; FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_landlock_new(struct up_landlock **landlock);

/* Lets the folder ${path} and what lies below it be read, and files be made, written and
 * removed in it if ${write}. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_landlock_folder(struct up_landlock *landlock, const char *path,
                                             bool write);

/* Lets the folder be read in which the file ${path} lies, and the one to which it leads
 * if it is a symbolic link. As above. */
FSK_MUST_USE enum fsk_err up_landlock_beside(struct up_landlock *landlock,
                                             const char *path);

/* Puts the rules into force for this thread and those that it starts, for ever; the
 * process must have set PR_SET_NO_NEW_PRIVS. FSK_IO with errno. */
FSK_MUST_USE enum fsk_err up_landlock_enforce(struct up_landlock *landlock);

void up_landlock_free(struct up_landlock *landlock);

#endif
