/* SPDX-License-Identifier: BSD-2-Clause */
#include <foresink/err.h>

const char *
fsk_strerror(enum fsk_err err)
{
	switch (err) {
	case FSK_OK:
		return "no error";
	case FSK_END:
		return "no more items";
	case FSK_NOMEM:
		return "out of memory";
	case FSK_RANGE:
		return "value out of range";
	case FSK_SYNTAX:
		return "malformed text";
	case FSK_UNKNOWN:
		return "no such name";
	case FSK_IO:
		return "system error";
	case FSK_CORRUPT:
		return "cut or altered file";
	case FSK_VERSION:
		return "made by another version";
	case FSK_MISMATCH:
		return "not what was published";
	case FSK_STOPPED:
		return "stopped";
	}
	return "unknown error";
}
