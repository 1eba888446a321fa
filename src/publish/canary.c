/* SPDX-License-Identifier: BSD-2-Clause */
#include "publish/canary.h"

#include "base/ascii.h"
#include "wire/name.h"

#include <stdio.h>

/* Whether every reader takes ${name} for a name. */
static bool
is_harmless(const struct fsk_name *name)
{
	for (size_t i = 0; i < name->len; i++) {
		char c = name->text[i];

		if (!ascii_alpha(c) && !ascii_digit(c) && strchr("-_.", c) == NULL)
			return false;
	}
	return true;
}

/* Stores "${label}.<canary>" in ${name}. */
static bool
make(const struct publish_list *list, const char *label, struct fsk_name *name)
{
	char text[FSK_NAME_MAX + 2];
	int len;

	if (list->canary.len == 0 || list->canary.len > FSK_NAME_MAX)
		return false;
	len = snprintf(text, sizeof(text), "%s.%.*s", label, (int)list->canary.len,
	               list->canary.text);
	return len > 0 && (size_t)len < sizeof(text) &&
	       wire_name_read((struct span){text, (size_t)len}, name, NULL) == FSK_OK &&
	       is_harmless(name);
}

bool
publish_canary_blocked(const struct publish_list *list, struct fsk_name *name)
{
	char label[16];

	snprintf(label, sizeof(label), "s%lu", (unsigned long)list->serial);
	return make(list, label, name);
}

bool
publish_canary_text(const struct publish_list *list, struct fsk_name *name)
{
	return make(list, "serial", name);
}
