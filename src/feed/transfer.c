/* SPDX-License-Identifier: BSD-2-Clause */
#include "feed/transfer.h"

/* The delta of the part that is being sent. */
static const struct feed_delta *
delta_of(const struct feed_transfer *transfer)
{
	return transfer->version->deltas[transfer->part / 2];
}

static bool
is_added(const struct feed_transfer *transfer)
{
	return transfer->part % 2 == 1;
}

/* The serial that the part belongs to. */
static uint32_t
part_serial(const struct feed_transfer *transfer)
{
	if (transfer->kind != FEED_DELTAS)
		return transfer->version->serial;
	return is_added(transfer) ? delta_of(transfer)->to : delta_of(transfer)->from;
}

static const struct feed_list *
part_list(const struct feed_transfer *transfer)
{
	if (transfer->kind != FEED_DELTAS)
		return &transfer->version->image->list;
	return is_added(transfer) ? &delta_of(transfer)->added
	                          : &delta_of(transfer)->removed;
}

void
feed_transfer_begin(struct feed_transfer *transfer, struct feed_version *version,
                    enum feed_transfer_kind kind, size_t delta)
{
	transfer->version = feed_version_hold(version);
	transfer->kind = kind;
	transfer->stage = FEED_OPENS;
	transfer->part = 2 * delta;
}

/* Packs the canary of the part that belongs to the stage. */
static bool
pack_canary(const struct feed_transfer *transfer, struct wire_packer *packer)
{
	const struct feed_render *render = &transfer->version->render;
	struct feed_canaries canaries;

	if (!feed_canaries_of(render, part_serial(transfer), &canaries))
		return true;
	if (transfer->stage == FEED_TOLD)
		return wire_pack_txt(packer,
		                     (struct span){canaries.told.text, canaries.told.len},
		                     span_of(canaries.text));
	return wire_pack_rule(packer,
	                      (struct span){canaries.blocked.text, canaries.blocked.len},
	                      render->action);
}

/* Packs names of the part until it ends; false when the message is full. */
static bool
pack_names(struct feed_transfer *transfer, struct wire_packer *packer)
{
	enum wire_action action = transfer->version->render.action;
	struct feed_cursor *cursor = &transfer->cursor;

	while (transfer->pending) {
		if (!wire_pack_rule(packer, feed_cursor_name(cursor),
		                    cursor->log_only ? WIRE_PASSTHRU : action))
			return false;
		transfer->pending = feed_list_next(cursor);
	}
	return true;
}

/* Packs what belongs to the stage; false when the message is full. */
static bool
pack_stage(struct feed_transfer *transfer, struct wire_packer *packer)
{
	switch (transfer->stage) {
	case FEED_OPENS:
	case FEED_CLOSES:
		return wire_pack_soa(packer, transfer->version->serial);
	case FEED_SERVERS:
		return wire_pack_ns(packer);
	case FEED_PART:
		return wire_pack_soa(packer, part_serial(transfer));
	case FEED_TOLD:
	case FEED_BLOCKED:
		return pack_canary(transfer, packer);
	case FEED_NAMES:
		return pack_names(transfer, packer);
	case FEED_DONE:
		break;
	}
	return true;
}

/* The stage behind the names of a part. */
static enum feed_stage
next_part(struct feed_transfer *transfer)
{
	if (transfer->kind != FEED_DELTAS)
		return FEED_CLOSES;
	transfer->part++;
	return transfer->part < 2 * transfer->version->delta_count ? FEED_PART
	                                                           : FEED_CLOSES;
}

/* Moves to the stage behind the present one. */
static void
move(struct feed_transfer *transfer)
{
	switch (transfer->stage) {
	case FEED_OPENS:
		if (transfer->kind == FEED_SINGLE)
			transfer->stage = FEED_DONE;
		else
			transfer->stage =
			        transfer->kind == FEED_ALL ? FEED_SERVERS : FEED_PART;
		break;
	case FEED_SERVERS:
	case FEED_PART:
		transfer->stage = FEED_TOLD;
		break;
	case FEED_TOLD:
		transfer->stage = FEED_BLOCKED;
		break;
	case FEED_BLOCKED:
		feed_list_begin(part_list(transfer), &transfer->cursor);
		transfer->pending = feed_list_next(&transfer->cursor);
		transfer->stage = FEED_NAMES;
		break;
	case FEED_NAMES:
		transfer->stage = next_part(transfer);
		break;
	case FEED_CLOSES:
	case FEED_DONE:
		transfer->stage = FEED_DONE;
		break;
	}
}

enum fsk_err
feed_transfer_next(struct feed_transfer *transfer, struct feed_signer *signer, int64_t now,
                   struct wire_packer *packer)
{
	enum fsk_err err;

	wire_pack_begin(packer, &transfer->version->render.zone, transfer->id,
	                transfer->qtype);
	packer->opt = transfer->opt;
	while (transfer->stage != FEED_DONE && pack_stage(transfer, packer))
		move(transfer);
	wire_pack_end(packer);
	err = feed_tsig_sign(signer, packer->octets, &packer->len, now);
	if (err != FSK_OK)
		return err;
	return transfer->stage == FEED_DONE ? FSK_END : FSK_OK;
}

void
feed_transfer_end(struct feed_transfer *transfer)
{
	if (transfer == NULL)
		return;
	feed_version_free(transfer->version);
	transfer->version = NULL;
}
