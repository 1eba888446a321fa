/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/publish_key.h: the files of the keys that sign publications. What goes wrong is
 * said here.
 */
#ifndef CMD_PUBLISH_KEY_H
#define CMD_PUBLISH_KEY_H

#include "cmd/command.h"
#include "publish/manifest.h"

/* Makes a key: the secret one in the file ${path}, for its owner only, the public one in
 * ${path}.pub. No file is overwritten. STATUS_SYSTEM. */
enum status publish_key_create(const char *path);

/* Reads the secret key in ${path}; publish_key_fini() wipes it. STATUS_SYSTEM,
 * STATUS_DATA. */
enum status publish_key_load(const char *path, struct publish_key *key);

/* Reads the public key in ${path}. */
enum status publish_key_load_public(const char *path, uint8_t key[PUBLISH_PUBLIC]);

#endif
