/* SPDX-License-Identifier: BSD-2-Clause */
#include "sinkhole/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <unistd.h>

/* What OpenSSL takes for a session, measured in the middle of a handshake; a third of it
 * when that is done. */
#define SESSION_BYTES ((size_t)48 << 10)

struct sinkhole_tls {
	SSL_CTX *context;
};

struct sinkhole_session {
	SSL *ssl;
	BIO *in, *out; /* the session's */
	size_t fed;    /* octets */
	bool failed;
};

/* The key of a service is not locked by a word: nobody is asked for one. */
static int
no_password(char *word, int room, int writing, void *context)
{
	(void)word;
	(void)room;
	(void)writing;
	(void)context;
	return -1;
}

/* Old bots are to be heard: every version and cipher that the library still has. What could
 * be piled up or called for again is off: sessions, tickets, renegotiation, compression. */
static SSL_CTX *
make_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (context == NULL)
		return NULL;
	if (SSL_CTX_set_min_proto_version(context, TLS1_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!eNULL:@SECLEVEL=0") != 1 ||
	    SSL_CTX_set_num_tickets(context, 0) != 1) {
		SSL_CTX_free(context);
		return NULL;
	}
	SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	                                     SSL_OP_NO_COMPRESSION |
	                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(context, no_password);
	return context;
}

/* Whether ${path} can be opened; else errno says why not. */
static bool
can_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Reads both files into ${context}; what is wrong with them, NULL: nothing. */
static const char *
read_files(SSL_CTX *context, const char *certificate, const char *key)
{
	if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
		return "no certificate in PEM";
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 &&
	    ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH)
		return "no private key in PEM, or one with a password";
	if (SSL_CTX_check_private_key(context) != 1)
		return "the key is not that of the certificate";
	return NULL;
}

enum fsk_err
sinkhole_tls_new(const char *certificate, const char *key, struct sinkhole_tls **tls,
                 const char **why)
{
	struct sinkhole_tls *made;
	const char *fault;

	if (!can_open(certificate) || !can_open(key))
		return FSK_IO;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return FSK_NOMEM;
	made->context = make_context();
	if (made->context == NULL) {
		free(made);
		return FSK_NOMEM;
	}
	fault = read_files(made->context, certificate, key);
	ERR_clear_error();
	if (fault != NULL) {
		sinkhole_tls_free(made);
		*why = fault;
		return FSK_SYNTAX;
	}
	*tls = made;
	return FSK_OK;
}

void
sinkhole_tls_free(struct sinkhole_tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->context);
	free(tls);
}

enum fsk_err
sinkhole_session_new(struct sinkhole_tls *tls, struct sinkhole_session **session)
{
	struct sinkhole_session *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return FSK_NOMEM;
	made->ssl = SSL_new(tls->context);
	made->in = BIO_new(BIO_s_mem());
	made->out = BIO_new(BIO_s_mem());
	if (made->ssl == NULL || made->in == NULL || made->out == NULL) {
		ERR_clear_error();
		SSL_free(made->ssl);
		BIO_free(made->in);
		BIO_free(made->out);
		free(made);
		return FSK_NOMEM;
	}
	/* An empty one means "later", not the end. */
	BIO_set_mem_eof_return(made->in, -1);
	BIO_set_mem_eof_return(made->out, -1);
	SSL_set_bio(made->ssl, made->in, made->out);
	SSL_set_accept_state(made->ssl);
	*session = made;
	return FSK_OK;
}

void
sinkhole_session_free(struct sinkhole_session *session)
{
	if (session == NULL)
		return;
	SSL_free(session->ssl);
	free(session);
}

/* What ${result} of a step means: it waits for more, or it is over. */
static enum fsk_err
judge(struct sinkhole_session *session, int result)
{
	int error = SSL_get_error(session->ssl, result);

	/* Who says that he is done may still be answered. */
	if (result > 0 || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ||
	    error == SSL_ERROR_ZERO_RETURN)
		return FSK_OK;
	session->failed = true;
	ERR_clear_error();
	return FSK_SYNTAX;
}

enum fsk_err
sinkhole_session_feed(struct sinkhole_session *session, struct span octets)
{
	if (session->failed)
		return FSK_SYNTAX;
	if (octets.len > INT_MAX)
		return FSK_NOMEM;
	ERR_clear_error();
	if (octets.len > 0 &&
	    BIO_write(session->in, octets.text, (int)octets.len) != (int)octets.len) {
		ERR_clear_error();
		return FSK_NOMEM;
	}
	session->fed += octets.len;
	if (SSL_is_init_finished(session->ssl))
		return FSK_OK;
	return judge(session, SSL_do_handshake(session->ssl));
}

bool
sinkhole_session_agreed(const struct sinkhole_session *session)
{
	return SSL_is_init_finished(session->ssl);
}

size_t
sinkhole_session_fed(const struct sinkhole_session *session)
{
	return session->fed;
}

size_t
sinkhole_session_bytes(const struct sinkhole_session *session)
{
	return SESSION_BYTES + (sinkhole_session_agreed(session)
	                                ? BIO_ctrl_pending(session->in)
	                                : session->fed);
}

size_t
sinkhole_session_said(struct sinkhole_session *session, char *out, size_t room)
{
	int got;

	if (session->failed || room == 0 || !SSL_is_init_finished(session->ssl))
		return 0;
	ERR_clear_error();
	got = SSL_read(session->ssl, out, room > INT_MAX ? INT_MAX : (int)room);
	if (got > 0)
		return (size_t)got;
	/* What it breaks here is seen by the next octets that are fed; the end, which it
	 * may say, is that of the connection. */
	(void)!judge(session, got);
	return 0;
}

size_t
sinkhole_session_take(struct sinkhole_session *session, uint8_t *out, size_t room)
{
	int got = BIO_read(session->out, out, room > INT_MAX ? INT_MAX : (int)room);

	return got > 0 ? (size_t)got : 0;
}

enum fsk_err
sinkhole_session_say(struct sinkhole_session *session, struct span words)
{
	int wrote;

	if (session->failed || !SSL_is_init_finished(session->ssl))
		return FSK_SYNTAX;
	if (words.len > INT_MAX)
		return FSK_NOMEM;
	ERR_clear_error();
	wrote = words.len > 0 ? SSL_write(session->ssl, words.text, (int)words.len) : 1;
	if (wrote <= 0) {
		ERR_clear_error();
		return FSK_NOMEM;
	}
	/* One direction is enough: it says that nothing follows. */
	(void)SSL_shutdown(session->ssl);
	ERR_clear_error();
	return FSK_OK;
}
