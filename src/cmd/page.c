/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmd/page.h"

/* The policy forbids all that is not in the page itself. */
static const char head[] =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n";

/* Dark is for screens: paper is white whatever its owner's screen is. */
static const char common[] =
        ":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#57606a;"
        "--line:#d0d7de;--bad:#b3261e;--may:#8a5300;--tick:#0550ae}\n"
        "@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;"
        "--paper:#0d1117;--soft:#9198a1;--line:#3d444d;--bad:#ff8078;--may:#e3b341;"
        "--tick:#79b8ff}}\n"
        "body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);"
        "background:var(--paper);max-width:75rem;margin:0 auto;padding:1rem}\n"
        "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}\n"
        ".wide{overflow-x:auto}\n"
        "table{border-collapse:collapse;width:100%;font-size:.875rem}\n"
        "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;"
        "border-bottom:1px solid var(--line)}\n"
        "td,dd{overflow-wrap:anywhere}th{white-space:nowrap}\n"
        "td.n{font-variant-numeric:tabular-nums;white-space:nowrap}\n"
        "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}\n"
        "dt{color:var(--soft)}dd{margin:0;white-space:pre-wrap;grid-column:2}\n"
        "summary{cursor:pointer;font-weight:600;padding:.4rem 0}\n"
        "svg text{font:12px system-ui,sans-serif;fill:var(--ink)}\n"
        "footer{margin-top:2rem;color:var(--soft);font-size:.875rem}\n"
        "@media(max-width:40rem){dl{display:block}dd{margin:0 0 .5rem}}\n"
        "@media print{:root{color-scheme:light}body{max-width:none;padding:0}"
        "tr,svg{break-inside:avoid}"
        "details::details-content{content-visibility:visible;block-size:auto}}\n";

void
page_begin(FILE *out, const char *title, const char *style)
{
	fprintf(out, "%s<title>%s</title>\n<style>\n%s%s</style>\n</head>\n<body>\n", head,
	        title, common, style);
}

void
page_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

void
page_begin_table(FILE *out, const char *const *titles)
{
	fputs("<div class=\"wide\"><table>\n<thead><tr>", out);
	for (; *titles != NULL; titles++)
		fprintf(out, "<th scope=\"col\">%s</th>", *titles);
	fputs("</tr></thead>\n<tbody>\n", out);
}

void
page_end_table(FILE *out)
{
	fputs("</tbody></table></div>\n", out);
}

void
page_cell(FILE *out, const char *text)
{
	fputs("<td class=\"n\">", out);
	html_text(out, text);
	fputs("</td>", out);
}

void
page_fact(FILE *out, const char *label, const char *text)
{
	if (label[0] != '\0')
		html_element(out, "dt", label);
	html_element(out, "dd", text);
	fputc('\n', out);
}
