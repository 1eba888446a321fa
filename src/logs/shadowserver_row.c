/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/shadowserver_row.h"

#include "logs/cell.h"

/* Names of columns, now and (ip, url, type) before 2021. */
static const struct {
	const char *name;
	enum log_role role;
} roles[] = {
        {"timestamp", LOG_ROLE_TIME},      {"src_ip", LOG_ROLE_CLIENT},
        {"ip", LOG_ROLE_CLIENT},           {"src_port", LOG_ROLE_PORT},
        {"protocol", LOG_ROLE_TRANSPORT},  {"http_host", LOG_ROLE_NAME},
        {"query", LOG_ROLE_NAME},          {"query_type", LOG_ROLE_TYPE},
        {"http_url", LOG_ROLE_TARGET},     {"url", LOG_ROLE_TARGET},
        {"http_agent", LOG_ROLE_AGENT},    {"http_referer", LOG_ROLE_REFERRER},
        {"forwarded_by", LOG_ROLE_BEHIND},
};

static const struct {
	const char *name;
	enum shadowserver_cell cell;
} others[] = {
        {"dst_ip", SHADOWSERVER_TO},           {"dst_port", SHADOWSERVER_TO_PORT},
        {"infection", SHADOWSERVER_INFECTION}, {"type", SHADOWSERVER_INFECTION},
        {"ssl_cipher", SHADOWSERVER_CIPHER},   {"ssl_servername", SHADOWSERVER_SNI},
        {"count", SHADOWSERVER_COUNT},         {"machine_name", SHADOWSERVER_MACHINE},
};

/* Notes that ${cell} is the name of column ${n}. */
static void
note(struct span cell, uint16_t n, struct log_dialect *dialect,
     struct shadowserver_columns *columns)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		uint16_t *place = &dialect->place[roles[i].role];

		if (*place == 0 && span_equal(cell, span_of(roles[i].name)))
			*place = n;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		uint16_t *place = &columns->place[others[i].cell];

		if (*place == 0 && span_equal(cell, span_of(others[i].name)))
			*place = n;
	}
}

bool
shadowserver_row_header(struct span line, struct log_dialect *dialect,
                        struct shadowserver_columns *columns)
{
	struct shadowserver_columns found = {{0}};
	struct log_dialect learnt = *dialect;
	struct cells row = cells_of(line, ',');
	struct span rest = line;

	text_word(&rest, "\"");
	if (!text_word(&rest, "timestamp"))
		return false;
	memset(learnt.place, 0, sizeof(learnt.place));
	for (learnt.width = 0; row.more; learnt.width++) {
		struct span cell;

		if (learnt.width == UINT8_MAX || !cell_next(&row, &cell))
			return false;
		note(cell, (uint16_t)(learnt.width + 1), &learnt, &found);
	}
	if (learnt.place[LOG_ROLE_TIME] != 1 || learnt.place[LOG_ROLE_CLIENT] == 0 ||
	    found.place[SHADOWSERVER_INFECTION] == 0)
		return false;
	learnt.separator = ',';
	*dialect = learnt;
	if (columns != NULL)
		*columns = found;
	return true;
}

void
shadowserver_row_read(const struct shadowserver_columns *columns, struct span line,
                      struct span cells[SHADOWSERVER_CELLS])
{
	struct cells row = cells_of(line, ',');
	struct span cell;

	for (size_t i = 0; i < SHADOWSERVER_CELLS; i++)
		cells[i] = (struct span){line.text, 0};
	for (uint16_t n = 1; cell_next(&row, &cell); n++) {
		for (size_t i = 0; i < SHADOWSERVER_CELLS; i++) {
			if (columns->place[i] == n)
				cells[i] = cell;
		}
	}
}
