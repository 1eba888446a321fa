/* SPDX-License-Identifier: BSD-2-Clause
 *
 * cmd/html.h: foreign text in a page. Whatever comes in, no markup comes out.
 */
#ifndef CMD_HTML_H
#define CMD_HTML_H

#include "base/span.h"

#include <stdio.h>

/* Writes ${text} for the inside of an element or of an attribute in double
 * quotes: & < > " ' as references, what is not printable ASCII as \xHH. */
void html_text(FILE *out, const char *text);

/* Writes <${tag}>${text}</${tag}>, the tag being a constant of ours. */
void html_element(FILE *out, const char *tag, const char *text);

#endif
