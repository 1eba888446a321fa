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
	char stray[64];    /* a file of which it does not speak; empty: there is none */
	size_t files;
	struct publish_record_file {
		char file[64];
		uint64_t names; /* that it held; 0 also when the manifest does not say */
	} file[PUBLISH_FILES_MAX];
};

/* Checks the publication in the folder that ${folder} has open, as publish_verify() does.
 * ${record} may be NULL; if it is not, a file of which the manifest does not speak is
 * recorded, and no error: what a publication says is told apart from what somebody put
 * beside it. As far as it could be read it is filled, and the verdict too, when a file
 * fails; all zeros when the manifest is none. */
FSK_MUST_USE enum fsk_err publish_check(int folder,
                                        const uint8_t public_key[PUBLISH_PUBLIC],
                                        struct publish_verdict *verdict,
                                        struct publish_record *record);

/* Checks only that ${public_key} signed its manifest. */
FSK_MUST_USE enum fsk_err publish_check_signature(int folder,
                                                  const uint8_t public_key[PUBLISH_PUBLIC],
                                                  struct publish_verdict *verdict);

#endif
