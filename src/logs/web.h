/* SPDX-License-Identifier: BSD-2-Clause
 *
 * logs/web.h: parts of the lines of web servers, already without the quotes and
 * escapes of the format that they came in. Nothing outside the text is read.
 */
#ifndef LOGS_WEB_H
#define LOGS_WEB_H

#include "logs/entry.h"

/* Takes ${line}, "GET /search?q=29 HTTP/1.0", apart into method, target and
 * version of ${request}. What is no request, as the greeting of TLS at a port for
 * plain text, changes nothing. */
void web_request(struct span line, struct log_request *request);

/* The first of the addresses in ${list}, "203.0.113.7, 192.0.2.1"
 * (X-Forwarded-For): the one that the first proxy wrote. Empty when it is none. */
struct span web_first_address(struct span list);

#endif
