/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict/machine.h"

#include <stdlib.h>
#include <string.h>

/* As much of ${name} as is kept: to its first NUL, and no part of a character. */
static struct span
cut(struct span name)
{
	const char *nul = name.len > 0 ? memchr(name.text, '\0', name.len) : NULL;

	if (nul != NULL)
		name.len = (size_t)(nul - name.text);
	if (name.len > MACHINE_MAX) {
		name.len = MACHINE_MAX;
		while (name.len > 0 && (name.text[name.len] & 0xc0) == 0x80)
			name.len--;
	}
	return name;
}

/* <0, 0, >0: ${name}, without a NUL, is less than, the same as, more than ${kept}. */
static int
compare(struct span name, const char *kept)
{
	int order = strncmp(name.text, kept, name.len);

	return order == 0 && kept[name.len] != '\0' ? -1 : order;
}

enum fsk_err
machine_name(struct machine *machine, const struct sighting *sighting)
{
	struct span name = cut(sighting->machine);
	struct spot spot = spot_of(sighting);
	char *copy;

	if (name.len == 0)
		return FSK_OK;
	if (machine->name != NULL) {
		int later = spot_compare(spot, machine->named);
		int order = compare(name, machine->name);

		if (later < 0 || (later == 0 && order <= 0))
			return FSK_OK;
		if (order == 0) {
			machine->named = spot;
			return FSK_OK;
		}
	}
	copy = malloc(name.len + 1);
	if (copy == NULL)
		return FSK_NOMEM;
	memcpy(copy, name.text, name.len);
	copy[name.len] = '\0';
	free(machine->name);
	machine->name = copy;
	machine->named = spot;
	return FSK_OK;
}

void
machine_fini(struct machine *machine)
{
	free(machine->name);
	machine->name = NULL;
}
