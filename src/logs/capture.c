/* SPDX-License-Identifier: BSD-2-Clause */
#include "logs/capture.h"

#include "logs/source.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER ((size_t)64 << 10) /* octets asked of the source at once */

/* libpcap's words when a pcapng file has interfaces of several kinds; it has no
 * number for this, only the text (sf-pcapng.c of libpcap 1.10). */
#define OF_SEVERAL_KINDS "of the first interface"

struct capture {
	struct log_source *source;
	enum fsk_err err; /* of the source; FSK_END: it ended */
	int error;        /* errno of FSK_IO */
	pcap_t *pcap;
};

bool
capture_known(const unsigned char *head, size_t len)
{
	static const unsigned char magics[][4] = {
	        {0xa1, 0xb2, 0xc3, 0xd4},
	        {0xd4, 0xc3, 0xb2, 0xa1}, /* microseconds */
	        {0xa1, 0xb2, 0x3c, 0x4d},
	        {0x4d, 0x3c, 0xb2, 0xa1}, /* nanoseconds */
	};
	static const unsigned char block[4] = {0x0a, 0x0d, 0x0d, 0x0a}; /* of a section */
	static const unsigned char orders[][4] = {{0x1a, 0x2b, 0x3c, 0x4d},
	                                          {0x4d, 0x3c, 0x2b, 0x1a}};

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (len >= 4 && memcmp(head, magics[i], 4) == 0)
			return true;
	}
	if (len < 12 || memcmp(head, block, 4) != 0)
		return false;
	return memcmp(head + 8, orders[0], 4) == 0 || memcmp(head + 8, orders[1], 4) == 0;
}

/* Reads for the stream that libpcap reads. */
static ssize_t
read_source(void *cookie, char *to, size_t room)
{
	struct capture *capture = cookie;
	size_t got;

	capture->err = log_source_read(capture->source, to, room, &got);
	if (capture->err == FSK_OK)
		return (ssize_t)got;
	if (capture->err == FSK_END)
		return 0;
	capture->error = errno;
	return -1;
}

/* Why libpcap, which says ${said}, does not go on. */
static enum fsk_err
refusal(const struct capture *capture, const char *said, const char **why)
{
	if (capture->err == FSK_CORRUPT) {
		*why = log_source_why(capture->source);
		return FSK_CORRUPT;
	}
	if (capture->err != FSK_OK && capture->err != FSK_END) {
		errno = capture->error;
		return capture->err;
	}
	if (strstr(said, OF_SEVERAL_KINDS) != NULL)
		*why = "a capture of several interfaces of different kinds, which libpcap "
		       "does not read; split it by interface";
	else if (capture->err == FSK_END)
		*why = "the capture ends in the middle of a packet";
	else
		*why = "the capture is damaged here";
	return FSK_CORRUPT;
}

void
capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	if (capture->pcap != NULL)
		pcap_close(capture->pcap); /* and with it the stream */
	free(capture);
}

/* Lets libpcap read the header of the file. */
static enum fsk_err
begin(struct capture *capture, const char **why)
{
	static const cookie_io_functions_t calls = {.read = read_source};
	char said[PCAP_ERRBUF_SIZE] = "";
	FILE *in = fopencookie(capture, "r", calls);

	if (in == NULL)
		return FSK_NOMEM;
	(void)setvbuf(in, NULL, _IOFBF, BUFFER);
	capture->pcap = pcap_fopen_offline_with_tstamp_precision(
	        in, PCAP_TSTAMP_PRECISION_MICRO, said);
	if (capture->pcap != NULL)
		return FSK_OK;
	fclose(in);
	if (capture->err != FSK_END)
		return refusal(capture, said, why);
	*why = "the capture ends in its header";
	return FSK_CORRUPT;
}

enum fsk_err
capture_open(struct log_source *source, struct capture **capture, const char **why)
{
	struct capture *made = calloc(1, sizeof(*made));
	enum fsk_err err;

	if (made == NULL)
		return FSK_NOMEM;
	made->source = source;
	err = begin(made, why);
	if (err != FSK_OK) {
		capture_close(made);
		return err;
	}
	*capture = made;
	return FSK_OK;
}

int
capture_link(const struct capture *capture)
{
	return pcap_datalink(capture->pcap);
}

enum fsk_err
capture_next(struct capture *capture, struct capture_packet *packet, const char **why)
{
	struct pcap_pkthdr *header;
	const unsigned char *octets;

	switch (pcap_next_ex(capture->pcap, &header, &octets)) {
	case 1:
		*packet = (struct capture_packet){octets, header->caplen, header->ts.tv_sec,
		                                  header->ts.tv_usec};
		return FSK_OK;
	case PCAP_ERROR_BREAK:
		return FSK_END;
	default:
		return refusal(capture, pcap_geterr(capture->pcap), why);
	}
}
