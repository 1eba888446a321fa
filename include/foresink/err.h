/* SPDX-License-Identifier: BSD-2-Clause
 *
 * foresink/err.h: the results that every fallible function of foresink returns.
 * FSK_OK is 0. Outputs of a function are written only when it returns FSK_OK,
 * unless its own comment says otherwise. The numbers are part of the interface:
 * new ones are added at the end.
 */
#ifndef FORESINK_ERR_H
#define FORESINK_ERR_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FSK_PUBLIC __attribute__((visibility("default")))
#define FSK_MUST_USE __attribute__((warn_unused_result))
#else
#define FSK_PUBLIC
#define FSK_MUST_USE
#endif

enum fsk_err {
	FSK_OK = 0,
	FSK_END,     /* no more items; not a failure */
	FSK_NOMEM,   /* memory could not be had */
	FSK_RANGE,   /* a value lies outside what the function allows */
	FSK_SYNTAX,  /* text that is not of the form asked for */
	FSK_UNKNOWN, /* a family, variant or other name that does not exist */
	FSK_IO,      /* the system refused; errno says why */
	FSK_CORRUPT, /* a file that is cut or altered */
	FSK_VERSION, /* a file made by another version of the format or of the generators */
	FSK_MISMATCH, /* a proof failed: a list or name is not what was published */
	FSK_STOPPED   /* the caller asked to stop */
};

/* The meaning of ${err} in a few English words, lower case, without a full
 * stop. Never NULL: a number that is no fsk_err gives "unknown error". */
FSK_PUBLIC const char *fsk_strerror(enum fsk_err err);

#ifdef __cplusplus
}
#endif

#endif
