/* SPDX-License-Identifier: BSD-2-Clause
 *
 * publish/check.h: whether one publication is what its manifest says, and what that
 * says. For publish/publish.h and publish_verify(), who know where it lies.
 */
#ifndef PUBLISH_CHECK_H
#define PUBLISH_CHECK_H

#include "publish/manifest.h"

#define PUBLISH_MANIFEST "manifest.json"
#define PUBLISH_MANIFEST_SIGNATURE "manifest.json.sig"

/* What is read of a manifest beside the verdict. */
struct publish_record {
	uint32_t previous; /* serial; 0: none */
	uint64_t content;  /* see struct publish_manifest */
	size_t files;
	struct publish_record_file {
		char file[64];
		uint64_t names; /* that it held; 0 also when the manifest does not say */
	} file[PUBLISH_FILES_MAX];
};

/* Checks the publication in the folder that ${folder} has open, as publish_verify() does.
 * ${record} may be NULL. */
FSK_MUST_USE enum fsk_err publish_check(int folder,
                                        const uint8_t public_key[PUBLISH_PUBLIC],
                                        struct publish_verdict *verdict,
                                        struct publish_record *record);

/* Checks only that ${public_key} signed its manifest. */
FSK_MUST_USE enum fsk_err publish_check_signature(int folder,
                                                  const uint8_t public_key[PUBLISH_PUBLIC],
                                                  struct publish_verdict *verdict);

#endif
