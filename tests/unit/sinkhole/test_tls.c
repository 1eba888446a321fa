/* SPDX-License-Identifier: BSD-2-Clause
 *
 * TLS, against a client of the same library: what is said in it is kept like what is said
 * in clear text; old versions are spoken; what is no TLS ends it. Linked with --wrap for
 * sinkhole_keep and clock_gettime.
 */
#include "callers.h"
#include "hellos.h"

#include "sinkhole/crowd.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#define SAID "GET /said HTTP/1.1\r\nHost: other.example\r\n\r\n"

static char folder[100], certificate[120], key[120], other_key[120];
static struct sinkhole_tls *tls;

static void
write_key(const char *path, EVP_PKEY *pair)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(PEM_write_PrivateKey(out, pair, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(out), 0);
}

static void
write_certificate(EVP_PKEY *pair)
{
	X509 *made = X509_new();
	FILE *out = fopen(certificate, "w");

	assert_non_null(made);
	assert_non_null(out);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
	X509_gmtime_adj(X509_getm_notBefore(made), -3600);
	X509_gmtime_adj(X509_getm_notAfter(made), 3600);
	assert_int_equal(X509_set_pubkey(made, pair), 1);
	assert_true(X509_sign(made, pair, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(out, made), 1);
	assert_int_equal(fclose(out), 0);
	X509_free(made);
}

static int
make_files(void **state)
{
	const char *where = getenv("TMPDIR"), *why;
	EVP_PKEY *pair = EVP_RSA_gen(2048), *other = EVP_EC_gen("P-256");

	(void)state;
	assert_non_null(pair);
	assert_non_null(other);
	snprintf(folder, sizeof(folder), "%.60s/tls.XXXXXX",
	         where != NULL ? where : "/tmp");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(certificate, sizeof(certificate), "%s/cert", folder);
	snprintf(key, sizeof(key), "%s/key", folder);
	snprintf(other_key, sizeof(other_key), "%s/other", folder);
	write_certificate(pair);
	write_key(key, pair);
	write_key(other_key, other);
	EVP_PKEY_free(pair);
	EVP_PKEY_free(other);
	return sinkhole_tls_new(certificate, key, &tls, &why) != FSK_OK;
}

static int
remove_files(void **state)
{
	(void)state;
	sinkhole_tls_free(tls);
	return unlink(certificate) | unlink(key) | unlink(other_key) | rmdir(folder);
}

static void
test_new(void **state)
{
	struct sinkhole_tls *made;
	const char *why = NULL;

	(void)state;
	assert_int_equal(sinkhole_tls_new("/nowhere/at/all", key, &made, &why), FSK_IO);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sinkhole_tls_new(certificate, folder, &made, &why), FSK_SYNTAX);
	assert_int_equal(sinkhole_tls_new(key, key, &made, &why), FSK_SYNTAX);
	assert_string_equal(why, "no certificate in PEM");
	assert_int_equal(sinkhole_tls_new(certificate, certificate, &made, &why),
	                 FSK_SYNTAX);
	assert_string_equal(why, "no private key in PEM, or one with a password");
	assert_int_equal(sinkhole_tls_new(certificate, other_key, &made, &why), FSK_SYNTAX);
	assert_string_equal(why, "the key is not that of the certificate");
	sinkhole_tls_free(NULL);
	sinkhole_session_free(NULL);
}

/* A client of ${version} at most, 0: of any, on ${fd} (-1: in memory). */
static SSL *
make_client(int version, int fd)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *ssl;

	assert_non_null(context);
	assert_int_equal(SSL_CTX_set_min_proto_version(context, TLS1_VERSION), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(context, version), 1);
	assert_int_equal(SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0"), 1);
	ssl = SSL_new(context);
	SSL_CTX_free(context);
	assert_non_null(ssl);
	if (fd >= 0)
		assert_int_equal(SSL_set_fd(ssl, fd), 1);
	else
		SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	/* The macro of its name casts the name to a pointer that may be written through. */
	assert_int_equal(SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
	                          TLSEXT_NAMETYPE_host_name, (char[]){HELD}),
	                 1);
	SSL_set_connect_state(ssl);
	return ssl;
}

/* Carries what both have to send, ${part} octets at a time. */
static void
carry(SSL *client, struct sinkhole_session *session, size_t part)
{
	uint8_t octets[4096];
	size_t len;
	int got;

	while ((got = BIO_read(SSL_get_wbio(client), octets, (int)part)) > 0)
		assert_int_equal(
		        sinkhole_session_feed(
		                session, (struct span){(const char *)octets, (size_t)got}),
		        FSK_OK);
	while ((len = sinkhole_session_take(session, octets, part)) > 0)
		assert_int_equal(BIO_write(SSL_get_rbio(client), octets, (int)len), len);
}

static void
test_versions(void **state)
{
	static const int versions[] = {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION,
	                               TLS1_3_VERSION};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		SSL *client = make_client(versions[i], -1);
		struct sinkhole_session *session;
		char said[100];

		assert_int_equal(sinkhole_session_new(tls, &session), FSK_OK);
		for (unsigned k = 0; k < 4 && SSL_do_handshake(client) != 1; k++)
			carry(client, session, i % 2 == 0 ? 4096 : 1);
		assert_int_equal(SSL_version(client), versions[i]);
		assert_int_equal(SSL_write(client, SAID, 5), 5);
		assert_int_equal(SSL_write(client, SAID, 3), 3);
		assert_int_equal(sinkhole_session_said(session, said, 100), 0);
		carry(client, session, 4096);
		assert_int_equal(sinkhole_session_said(session, said, 2), 2);
		assert_int_equal(sinkhole_session_said(session, said + 2, 98), 3);
		assert_memory_equal(said, SAID, 5);
		assert_int_equal(sinkhole_session_said(session, said, 100), 3);
		assert_int_equal(sinkhole_session_said(session, said, 100), 0);
		assert_int_equal(sinkhole_session_say(session, span_of(ANSWER)), FSK_OK);
		carry(client, session, 4096);
		assert_int_equal(SSL_read(client, said, 100), strlen(ANSWER));
		assert_int_equal(SSL_read(client, said, 100), 0);
		assert_int_equal(SSL_get_error(client, 0), SSL_ERROR_ZERO_RETURN);
		sinkhole_session_free(session);
		SSL_free(client);
	}
}

static void
test_no_tls(void **state)
{
	struct sinkhole_session *session;
	uint8_t octets[100];

	(void)state;
	assert_int_equal(sinkhole_session_new(tls, &session), FSK_OK);
	assert_int_equal(sinkhole_session_say(session, span_of("x")), FSK_SYNTAX);
	assert_int_equal(
	        sinkhole_session_feed(session, (struct span){"\x16\3\1\0\4zzzzz", 10}),
	        FSK_SYNTAX);
	assert_true(sinkhole_session_take(session, octets, sizeof(octets)) > 0);
	assert_int_equal(octets[0], 0x15);
	assert_int_equal(sinkhole_session_feed(session, span_of("x")), FSK_SYNTAX);
	assert_int_equal(sinkhole_session_said(session, (char *)octets, 10), 0);
	sinkhole_session_free(session);
}

/* Shakes hands over the socket ${fd}, which does not block. */
static SSL *
shake(int fd)
{
	SSL *client = make_client(0, fd);

	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	for (unsigned i = 0; i < 1000 && SSL_do_handshake(client) != 1; i++)
		work();
	assert_true(SSL_is_init_finished(client));
	return client;
}

static void
test_front(void **state)
{
	char said[200];
	SSL *client;
	int fd, got = -1;

	(void)state;
	begin_front(100, 100, tls);
	fd = call(&web);
	client = shake(fd);
	assert_int_equal(kept_count, 0);
	assert_int_equal(SSL_write(client, SAID, 9), 9);
	work();
	assert_int_equal(kept_count, 0);
	assert_int_equal(SSL_write(client, &SAID[9], (int)strlen(SAID) - 9),
	                 strlen(SAID) - 9);
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_HTTP);
	assert_int_equal(kept[0].transport, SIGHTING_HTTPS);
	assert_int_equal(kept[0].by, SIGHTING_BY_SNI);
	assert_true(span_equal(kept[0].sni, span_of(HELD)));
	assert_true(span_equal(kept[0].name, span_of(HELD)));
	assert_true(span_equal(kept[0].first, span_of(SAID)));
	for (unsigned i = 0; i < 1000 && got < 0; i++, work())
		got = SSL_read(client, said, sizeof(said));
	assert_int_equal(got, strlen(ANSWER));
	assert_memory_equal(said, ANSWER, strlen(ANSWER));
	SSL_free(client);
	close(fd);
	end_front();
	assert_int_equal(kept_count, 1);
}

/* What is no request in TLS, a handshake that is not finished, one that breaks off. */
static void
test_strange(void **state)
{
	uint8_t message[2 * HELLO_SIZE], octets[2 * HELLO_SIZE];
	size_t len = make_hello(message, HELD, 0);
	SSL *client;
	int fd;

	(void)state;
	len = make_records(octets, message, len, len);
	begin_front(100, 100, tls);
	fd = call(&web);
	client = shake(fd);
	assert_int_equal(SSL_write(client, "\1\2\3", 3), 3);
	work();
	later_ms += 3000;
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_HELLO);
	assert_true(span_equal(kept[0].first, span_of("\1\2\3")));
	SSL_free(client);
	close(fd);

	fd = call(&web);
	client = shake(fd);
	later_ms += 11000;
	await(2);
	assert_int_equal(kept[1].kind, SIGHTING_HELLO);
	assert_true(span_equal(kept[1].sni, span_of(HELD)));
	assert_int_equal(kept[1].first.text[0], 0x16);
	assert_int_equal(atomic_load(&tally.late), 1);
	SSL_free(client);
	close(fd);

	fd = call(&web);
	say(fd, octets, len);
	work();
	say(fd, "what is no TLS", 14);
	await(3);
	assert_int_equal(kept[2].kind, SIGHTING_HELLO);
	assert_true(span_equal(kept[2].sni, span_of(HELD)));
	assert_int_equal(kept[2].first.len, len);
	close(fd);
	end_front();
	assert_int_equal(kept_count, 3);
}

/* No more sessions at a time than there may be: the hello of one more is kept, and he is
 * refused; when one has ended the next is spoken to. */
static void
test_many(void **state)
{
	uint8_t message[2 * HELLO_SIZE], octets[2 * HELLO_SIZE];
	size_t len = make_hello(message, HELD, 0);
	SSL *clients[SINKHOLE_SESSIONS_LEAST + 1];
	int fds[SINKHOLE_SESSIONS_LEAST + 1], fd;
	char said[100];

	(void)state;
	len = make_records(octets, message, len, len);
	begin_front(1000, 1000, tls);
	for (size_t i = 0; i < SINKHOLE_SESSIONS_LEAST; i++) {
		fds[i] = call(&web);
		clients[i] = shake(fds[i]);
	}
	assert_int_equal(kept_count, 0);
	fd = call(&web);
	say(fd, octets, len);
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_HELLO);
	assert_true(span_equal(kept[0].sni, span_of(HELD)));
	assert_int_equal(kept[0].first.len, len);
	assert_int_equal(hear(fd, said, sizeof(said)), 7);
	assert_memory_equal(said, "\x15\3\1\0\2\2\x28", 7);
	close(fds[0]);
	await(2);
	fd = call(&web);
	clients[SINKHOLE_SESSIONS_LEAST] = shake(fd);
	assert_int_equal(kept_count, 2);

	/* A greater crowd has more of them: one of sixteen. */
	sinkhole_tcp_limit(front, 16 * (SINKHOLE_SESSIONS_LEAST + 1), 10000);
	fds[0] = call(&web);
	SSL_free(clients[0]);
	clients[0] = shake(fds[0]);
	end_front();
	close(fd);
	SSL_free(clients[SINKHOLE_SESSIONS_LEAST]);
	for (size_t i = 0; i < SINKHOLE_SESSIONS_LEAST; i++) {
		SSL_free(clients[i]);
		close(fds[i]);
	}
}

/* What is announced is not waited for: a hello longer than any program's is kept as far as
 * it came, and refused. Octets of a handshake stand in the account of memory. */
static void
test_announced(void **state)
{
	static uint8_t message[100 * 1024], octets[110 * 1024];
	size_t len = make_hello(message, HELD, 60000), small = 3000;
	uint64_t before, one;
	char said[100];
	int fd;

	(void)state;
	put_number(message + 1, 100000, 3);
	(void)make_records(octets, message, len, 16384);
	begin_front(1000, 1000, tls);
	fd = call(&web);
	say(fd, octets, 2000);
	work();
	assert_int_equal(kept_count, 0);
	before = atomic_load(&tally.bytes);
	say(fd, octets + 2000, 3000);
	await(1);
	assert_int_equal(kept[0].kind, SIGHTING_HELLO);
	assert_int_equal(hear(fd, said, sizeof(said)), 7);
	assert_memory_equal(said, "\x15\3\1\0\2\2\x28", 7);
	assert_true(atomic_load(&tally.bytes) <= before);

	/* Its octets stand there twice: where they came, and in the session. */
	for (size_t i = 0; i < 2; i++) {
		len = make_hello(message, HELD, i == 0 ? 10 : small);
		len = make_records(octets, message, len, len);
		fd = call(&web);
		say(fd, octets, len - 1);
		work();
		before = atomic_load(&tally.bytes);
		say(fd, octets + len - 1, 1);
		work();
		one = atomic_load(&tally.bytes) - before;
		assert_true(one >= ((uint64_t)48 << 10) + len);
		close(fd);
		await(i + 2);
	}
	end_front();
	assert_int_equal(kept_count, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_new),       cmocka_unit_test(test_versions),
	        cmocka_unit_test(test_no_tls),    cmocka_unit_test(test_front),
	        cmocka_unit_test(test_strange),   cmocka_unit_test(test_many),
	        cmocka_unit_test(test_announced),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
