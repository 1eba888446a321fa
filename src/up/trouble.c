/* SPDX-License-Identifier: BSD-2-Clause */
#include "up/trouble.h"

#include <stdarg.h>
#include <stdio.h>

void
up_trouble_set(struct up_trouble *trouble, const char *file, size_t line,
               const char *format, ...)
{
	va_list arguments;

	if (trouble == NULL)
		return;
	snprintf(trouble->file, sizeof(trouble->file), "%s", file != NULL ? file : "");
	trouble->line = line;
	trouble->column = 0;
	va_start(arguments, format);
	vsnprintf(trouble->why, sizeof(trouble->why), format, arguments);
	va_end(arguments);
}

void
up_trouble_fault(struct up_trouble *trouble, const char *file, const struct fault *fault)
{
	up_trouble_set(trouble, file, fault->line, "%s",
	               fault->why != NULL ? fault->why : "cannot be read");
	if (trouble != NULL)
		trouble->column = fault->column;
}
