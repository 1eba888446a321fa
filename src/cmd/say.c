/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/say.h"

#include "base/ascii.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192 /* a path of 4096 bytes and its reason fit */
#define SHOW_EVERY_MS 200

static volatile sig_atomic_t stopped_by; /* number of the signal; 0: none */
static volatile sig_atomic_t wake;       /* an eventfd; 0: none */

void
say(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	fputs("foresink: ", stderr);
	for (const char *c = line; *c != '\0'; c++) {
		if (ascii_print(*c))
			fputc(*c, stderr);
		else
			fprintf(stderr, "\\x%02x", (unsigned char)*c);
	}
	fputc('\n', stderr);
}

void
say_fault(const char *file, const struct fault *fault)
{
	if (fault->line == 0)
		say("%s: %s", file, fault->why);
	else if (fault->column == 0)
		say("%s:%zu: %s", file, fault->line, fault->why);
	else
		say("%s:%zu:%zu: %s", file, fault->line, fault->column, fault->why);
}

static void
note_signal(int number)
{
	int error_number = errno;

	stopped_by = number;
	if (wake != 0)
		(void)!eventfd_write(wake, 1);
	errno = error_number;
}

/* Makes what wakes those who wait. It takes no place of the standard streams, even if
 * one of them is closed: it would be read as such. */
static void
make_wake(void)
{
	int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int fd = made >= 0 ? fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1;

	if (made >= 0)
		close(made);
	wake = fd > 0 ? fd : 0;
}

/* Lets ${number} set the flag, unless our parent wants it ignored: a command in
 * the background of a shell, or under nohup, goes on. */
static void catch (int number)
{
	/* Who asks twice does not want to wait. */
	struct sigaction stop = {.sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND};
	struct sigaction old;

	sigemptyset(&stop.sa_mask);
	if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(number, &stop, NULL);
}

void
say_catch_signals(void)
{
	make_wake();
	catch (SIGINT);
	catch (SIGTERM);
	catch (SIGHUP);
	catch (SIGQUIT);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

bool
say_stopped(void)
{
	return stopped_by != 0;
}

int
say_stop_descriptor(void)
{
	return wake;
}

enum status
say_end(enum status status)
{
	if (stopped_by != 0) {
		signal(stopped_by, SIG_DFL);
		raise(stopped_by);
	}
	return status;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Writes the line of progress, ${ms} milliseconds after the first call. */
static void
show(const struct progress *progress, uint64_t done, uint64_t whole, int64_t ms)
{
	double share = whole > 0 ? (double)done / (double)whole : 0;
	double seconds = (double)ms / 1000;

	fprintf(stderr, "\r\033[K%s: ", progress->what);
	if (whole > 0)
		fprintf(stderr, "%.0f %% (%.1f of %.1f million %s)", share * 100,
		        (double)done / 1e6, (double)whole / 1e6, progress->unit);
	else
		fprintf(stderr, "%.1f million %s", (double)done / 1e6, progress->unit);
	fprintf(stderr, ", %.1f million a second", (double)done / 1e6 / seconds);
	if (share > 0 && share < 1)
		fprintf(stderr, ", %.0f s left", seconds * (1 - share) / share);
}

bool
say_progress(uint64_t done, uint64_t whole, void *context)
{
	struct progress *progress = context;
	int64_t now = now_ms();

	if (progress->began_ms == 0)
		progress->began_ms = progress->shown_ms = now;
	if (isatty(STDERR_FILENO) && now - progress->shown_ms >= SHOW_EVERY_MS) {
		show(progress, done, whole, now - progress->began_ms);
		progress->shown_ms = now;
		progress->shown = true;
	}
	return !say_stopped();
}

void
say_progress_done(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
