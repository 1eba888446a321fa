/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Search engines and others who read all of the web, and say so.
 */
#include "watch/request.h"

/* How their User-Agents name them. */
static const char *const words[] = {
        "adsbot-google",
        "ahrefsbot",
        "amazonbot",
        "applebot",
        "archive.org_bot",
        "baiduspider",
        "bingbot",
        "bingpreview",
        "bytespider",
        "ccbot",
        "claudebot",
        "dotbot",
        "duckduckbot",
        "exabot",
        "facebookexternalhit",
        "feedfetcher-google",
        "googlebot",
        "gptbot",
        "ia_archiver",
        "linkedinbot",
        "mail.ru_bot",
        "mediapartners-google",
        "mj12bot",
        "msnbot",
        "petalbot",
        "semrushbot",
        "seznambot",
        "slurp",
        "sogou",
        "twitterbot",
        "yandexbot",
        "yandeximages",
        "yisouspider",
        NULL,
};

static bool
fits(const struct watch_request *request, int64_t *counter)
{
	if (!watch_request_says(request, words) &&
	    !span_equal(watch_request_path(request), span_of("/robots.txt")))
		return false;
	*counter = -1;
	return true;
}

static const char *const sources[] = {
        "the operators' pages on their crawlers: developers.google.com/search (Google's "
        "crawlers), bing.com/webmasters (which crawlers does Bing use), yandex.com/support "
        "(Yandex robots), help.baidu.com (Baiduspider), ahrefs.com/robot, mj12bot.com",
        "RFC 9309, Robots Exclusion Protocol, 2022",
        NULL,
};

#define GOOGLE "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"

static const struct watch_fingerprint_sample samples[] = {
        {"GET", "/", "HTTP/1.1", "blrsxvu.com", GOOGLE, NULL, true, -1,
         "developers.google.com/search"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com",
         "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", NULL,
         true, -1, "bing.com/webmasters"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com",
         "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", NULL, true, -1,
         "yandex.com/support"},
        {"GET", "/", "HTTP/1.1", "blrsxvu.com",
         "Mozilla/5.0+(compatible;+Baiduspider/2.0;++http://www.baidu.com/search/"
         "spider.html)",
         "-", true, -1, "made: as IIS writes it"},
        {"GET", "/robots.txt", "HTTP/1.1", "192.0.2.1", "-", "-", true, -1, "made"},
        {"GET", "/search?q=5", "HTTP/1.1", "www.example.com", GOOGLE, NULL, true, -1,
         "made"},
        {"GET", "/robots.txt.bak", "HTTP/1.1", "192.0.2.1", NULL, NULL, false, 0, "made"},
        {"GET", "/Googlebot", "HTTP/1.1", "192.0.2.1", "-", NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1", "NotGooglebot/2.1", NULL, false, 0, "made"},
        {"GET", "/", "HTTP/1.1", "192.0.2.1",
         "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", NULL, false, 0, "made"},
};

const struct watch_fingerprint watch_fingerprint_crawler = {
        .name = "crawler",
        .title = "a search engine's crawler, or one like it",
        .text = "The User-Agent names a crawler that is known (Googlebot, bingbot, "
                "YandexBot, Baiduspider and others), in any case, at its start or behind "
                "what is neither letter nor digit; or the request is for \"/robots.txt\", "
                "which is there for crawlers alone. Names of botnets get into lists and "
                "pages, and crawlers follow. Anyone can write such a User-Agent: whose it "
                "is shows in the reverse name of its address.",
        .sources = sources,
        .strength = WATCH_WEAK,
        .sender = WATCH_CRAWLER,
        .fits = fits,
        .samples = samples,
        .sample_count = WATCH_COUNT(samples),
};
