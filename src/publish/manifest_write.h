/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/manifest_write.h: writes what a publication says of itself.
 */
#ifndef PUBLISH_MANIFEST_WRITE_H
#define PUBLISH_MANIFEST_WRITE_H

#include "publish/manifest.h"

struct publish_manifest {
	const struct publish_list *list;
	uint32_t previous; /* serial of the publication before; 0: there was none */
	uint64_t content;  /* a number that differs where publications differ */
	const struct publish_selection *selection;
	const char *const *notes; /* of the collision stage; NULL ends them */
	const struct publish_written *files;
	size_t file_count;
	const struct publish_key *key; /* NULL: it is not signed */
};

/* Writes the manifest's text. FSK_NOMEM; what goes wrong in writing is kept by ${file}. */
FSK_MUST_USE enum fsk_err publish_manifest_write(const struct publish_manifest *manifest,
                                                 struct publish_file *file);

/* Writes what signs the ${len} octets of ${text} with ${key}, "BASE64\n" and a NUL. */
#define PUBLISH_SIGNATURE_TEXT 96
void publish_manifest_sign(const struct publish_key *key, struct span text,
                           char signature[PUBLISH_SIGNATURE_TEXT]);

#endif
