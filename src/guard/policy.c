/* SPDX-License-Identifier: BSD-2-Clause */
#include "guard/policy.h"

#include "dga/catalog.h"
#include "wire/name.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define BITS_V4 32
#define BITS_V6 128
#define MAPPED 96 /* bits in front of an IPv4 address */

struct guard_policy {
	atomic_uint owners; /* besides the first */
	struct guard_policy_setting setting;
	struct guard_prefix *clients, *carriers;
	enum guard_action *actions;
	struct fsk_name canary;
};

/* A copy of ${count} elements of ${size} octets; NULL for want of memory. There is one
 * more, so that NULL means that alone. */
static void *
copy(const void *elements, size_t count, size_t size)
{
	void *made = calloc(count + 1, size);

	if (made != NULL && count > 0)
		memcpy(made, elements, count * size);
	return made;
}

/* The actions of ${setting}, one a generator. */
static enum guard_action *
copy_actions(const struct guard_policy_setting *setting)
{
	size_t count = dga_generator_count();
	enum guard_action *actions = calloc(count + 1, sizeof(*actions));

	if (actions != NULL && setting->actions != NULL)
		memcpy(actions, setting->actions, count * sizeof(*actions));
	return actions;
}

enum fsk_err
guard_policy_new(const struct guard_policy_setting *setting, struct guard_policy **policy)
{
	struct guard_policy *made = calloc(1, sizeof(*made));
	struct guard_policy_setting *own;

	if (made == NULL)
		return FSK_NOMEM;
	own = &made->setting;
	*own = *setting;
	own->clients = made->clients =
	        copy(setting->clients, setting->client_count, sizeof(*made->clients));
	own->carriers = made->carriers =
	        copy(setting->carriers, setting->carrier_count, sizeof(*made->carriers));
	own->actions = made->actions = copy_actions(setting);
	if (made->clients == NULL || made->carriers == NULL || made->actions == NULL) {
		guard_policy_free(made);
		return FSK_NOMEM;
	}
	if (own->sinkhole_count > GUARD_SINKHOLES)
		own->sinkhole_count = GUARD_SINKHOLES;
	own->canary = (struct span){NULL, 0};
	if (setting->canary.len > 0 &&
	    wire_name_read(setting->canary, &made->canary, NULL) == FSK_OK)
		own->canary = (struct span){made->canary.text, made->canary.len};
	*policy = made;
	return FSK_OK;
}

struct guard_policy *
guard_policy_keep(struct guard_policy *policy)
{
	if (policy != NULL)
		atomic_fetch_add(&policy->owners, 1);
	return policy;
}

void
guard_policy_free(struct guard_policy *policy)
{
	if (policy == NULL || atomic_fetch_sub(&policy->owners, 1) > 0)
		return;
	free(policy->clients);
	free(policy->carriers);
	free(policy->actions);
	free(policy);
}

const struct guard_policy_setting *
guard_policy_of(const struct guard_policy *policy)
{
	return &policy->setting;
}

static bool
has(const struct guard_prefix *prefix, const struct address *address, bool is_v4)
{
	size_t octets;
	unsigned bits = prefix->bits;

	if (address_is_v4(&prefix->address) != is_v4)
		return false;
	bits = is_v4 ? MAPPED + (bits < BITS_V4 ? bits : BITS_V4)
	             : (bits < BITS_V6 ? bits : BITS_V6);
	octets = bits / 8;
	if (memcmp(prefix->address.octets, address->octets, octets) != 0)
		return false;
	return bits % 8 == 0 ||
	       (prefix->address.octets[octets] ^ address->octets[octets]) >>
	                       (8 - bits % 8) ==
	               0;
}

bool
guard_prefix_has(const struct guard_prefix *prefixes, size_t count,
                 const struct address *address)
{
	bool is_v4 = address_is_v4(address);

	for (size_t i = 0; i < count; i++)
		if (has(&prefixes[i], address, is_v4))
			return true;
	return false;
}

enum fsk_err
guard_prefix_read(struct span text, struct guard_prefix *prefix)
{
	return address_read_prefix(text, &prefix->address, &prefix->bits);
}

void
guard_prefix_write(const struct guard_prefix *prefix, char out[GUARD_PREFIX_SIZE])
{
	size_t len;

	address_write(&prefix->address, out);
	len = strlen(out);
	snprintf(out + len, GUARD_PREFIX_SIZE - len, "/%u", prefix->bits & 0xffu);
}
