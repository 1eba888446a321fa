/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/renewal.h"

#include "up/load.h"

#include <errno.h>
#include <time.h>

static enum fsk_err
make(struct up_renewal *renewal)
{
	struct up_making making = {
	        .config = renewal->config,
	        .now = renewal->now,
	        .stop = &renewal->stop,
	};

	if (renewal->book == NULL) {
		enum fsk_err err =
		        up_load_book(renewal->config, &renewal->book, &renewal->trouble);

		if (err != FSK_OK)
			return err;
		renewal->read_book = true;
	}
	making.book = renewal->book;
	making.rules = watch_rulebook_rules(renewal->book, renewal->now);
	for (size_t i = 0; i < renewal->config->role_count; i++) {
		const struct up_role *role = up_role_at(renewal->config->roles[i]);
		enum fsk_err err =
		        atomic_load(&renewal->stop)
		                ? FSK_STOPPED
		                : role->make(&making, &renewal->made[i], &renewal->trouble);

		if (err != FSK_OK)
			return err;
	}
	return FSK_OK;
}

void
up_renewal_run(struct up_renewal *renewal)
{
	up_trouble_set(&renewal->trouble, renewal->config->path, 0, "%s",
	               fsk_strerror(FSK_NOMEM));
	renewal->err = make(renewal);
	atomic_store(&renewal->ended, true);
	if (renewal->loop != NULL)
		net_loop_wake(renewal->loop);
}

static void *
run(void *context)
{
	up_renewal_run(context);
	return NULL;
}

enum fsk_err
up_renewal_begin(struct up_renewal *renewal)
{
	int error = pthread_create(&renewal->thread, NULL, run, renewal);

	if (error != 0) {
		errno = error;
		return FSK_IO;
	}
	renewal->running = true;
	return FSK_OK;
}

bool
up_renewal_ended(const struct up_renewal *renewal)
{
	return atomic_load(&renewal->ended);
}

void
up_renewal_join(struct up_renewal *renewal, bool stop)
{
	if (stop)
		atomic_store(&renewal->stop, true);
	if (renewal->running)
		(void)pthread_join(renewal->thread, NULL);
	renewal->running = false;
}

bool
up_renewal_end(struct up_renewal *renewal, unsigned seconds)
{
	int64_t end_us = net_monotonic_us() + INT64_C(1000000) * seconds;
	struct timespec until = {.tv_sec = (time_t)(end_us / 1000000)};

	atomic_store(&renewal->stop, true);
	if (!renewal->running)
		return true;
	if (pthread_clockjoin_np(renewal->thread, NULL, CLOCK_MONOTONIC, &until) != 0)
		return false;
	renewal->running = false;
	return true;
}

void
up_renewal_fini(struct up_renewal *renewal)
{
	for (size_t i = 0; i < UP_ROLE_MOST; i++) {
		if (renewal->made[i] != NULL)
			up_role_at(renewal->config->roles[i])->unmake(renewal->made[i]);
		renewal->made[i] = NULL;
	}
	if (renewal->read_book)
		watch_rulebook_free(renewal->book);
	renewal->read_book = false;
}
