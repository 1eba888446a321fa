/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/web.h"

#include "logs/text.h"

void
web_request(struct span line, struct log_request *request)
{
	const char *last = line.len > 0 ? memrchr(line.text, ' ', line.len) : NULL;
	struct span rest = line;
	struct span method;

	if (last == NULL || !text_until(&rest, ' ', &method) || rest.text > last)
		return;
	request->method = method;
	request->target = (struct span){rest.text, (size_t)(last - rest.text)};
	request->version = span_from(rest, request->target.len + 1);
}

struct span
web_first_address(struct span list)
{
	const char *comma = list.len > 0 ? memchr(list.text, ',', list.len) : NULL;

	if (comma != NULL)
		list.len = (size_t)(comma - list.text);
	return text_looks_like_address(list) ? list : (struct span){list.text, 0};
}
