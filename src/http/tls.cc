// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <array>
#include <cerrno>
#include <ctime>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/check.h"

namespace playhead::http {
namespace {

template <auto free>
struct Freeing {
    template <class T>
    void operator()(T* pointer) const {
        free(pointer);
    }
};

using Bio = std::unique_ptr<BIO, Freeing<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;

// The oldest reason is the one that made the others.
std::string reason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
    return text == nullptr ? "no reason given" : text;
}

std::unexpected<base::Error> refuse(const std::string& what) {
    return base::fail(base::ErrorCode::invalid, what + " (" + reason() + ")");
}

Bio reader_of(std::string_view text) {
    Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    CHECK(bio != nullptr);
    return bio;
}

// Without it OpenSSL would ask whoever sits at the terminal.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*ours*/) {
    return 0;
}

// A client that offers protocols and none of ours is told so: it would not understand the answers.
int choose_protocol(SSL* /*session*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*ours*/) {
    static constexpr std::array<unsigned char, 18> ours = {
        8, 'h', 't', 't', 'p', '/', '1', '.', '1', 8, 'h', 't', 't', 'p', '/', '1', '.', '0'};
    unsigned char* found = nullptr;
    const int agreed =
        SSL_select_next_proto(&found, size, ours.data(), ours.size(), offered, offered_size);
    if (agreed != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

void set_up(SSL_CTX* context) {
    CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    CHECK(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
    CHECK(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);
    // A client that goes without a farewell is an ordinary end: HTTP knows where a request ends.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    // Idle connections hold no buffers.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    // Resumption is by tickets that the client keeps, so a stranger fills no table.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

std::string subject_of(const X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    CHECK(bio != nullptr);
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_ONELINE);
    std::string text(BIO_ctrl_pending(bio.get()), '\0');
    BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
    return text.empty() ? "without a subject" : text;
}

int64_t end_of(const X509* certificate) {
    tm when{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) != 1) return 0;
    return timegm(&when);
}

}  // namespace

base::Result<std::shared_ptr<const TlsContext>> TlsContext::make(std::string_view certificate,
                                                                 std::string_view key) {
    ERR_clear_error();
    SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
    CHECK(context != nullptr);
    std::shared_ptr<TlsContext> made(new TlsContext(context));
    set_up(context);
    if (auto used = made->use(certificate, key); !used) return std::unexpected(used.error());
    return made;
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

base::Result<void> TlsContext::use(std::string_view certificate, std::string_view key) {
    if (auto used = use_chain(certificate); !used) return used;
    const Bio bio = reader_of(key);
    const Key read(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!read) return refuse("the key is not a private key in PEM without a passphrase");
    if (SSL_CTX_use_PrivateKey(context_, read.get()) != 1) {
        return refuse("the key does not belong to the certificate");
    }
    return {};
}

base::Result<void> TlsContext::use_chain(std::string_view certificate) {
    const Bio bio = reader_of(certificate);
    const Certificate own(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
    if (!own) return refuse("the certificate is not one in PEM");
    if (SSL_CTX_use_certificate(context_, own.get()) != 1) {
        return refuse("the certificate cannot be used");
    }
    while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
        if (SSL_CTX_add1_chain_cert(context_, next.get()) != 1) {
            return refuse("a certificate behind the first cannot be used");
        }
    }
    // What ends the loop is the end of the text, or one that is broken.
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return refuse("a certificate behind the first is not one in PEM");
    }
    ERR_clear_error();
    subject_ = subject_of(own.get());
    ends_at_ = end_of(own.get());
    return {};
}

std::string TlsContext::description() const {
    const time_t at = ends_at_;
    tm when{};
    gmtime_r(&at, &when);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &when);
    return subject_ + ", valid until " + text;
}

TlsSession::TlsSession(const TlsContext& context, int socket)
    : session_(SSL_new(context.context_)) {
    CHECK(session_ != nullptr);
    CHECK(SSL_set_fd(session_, socket) == 1);
    SSL_set_accept_state(session_);
}

TlsSession::~TlsSession() {
    SSL_free(session_);
}

ssize_t TlsSession::receive(std::span<char> room) {
    if (broken_) {
        errno = EPIPE;
        return -1;
    }
    ERR_clear_error();
    size_t size = 0;
    const int code = SSL_read_ex(session_, room.data(), room.size(), &size);
    return outcome(code == 1, size, code);
}

ssize_t TlsSession::send(std::string_view bytes) {
    if (broken_) {
        errno = EPIPE;
        return -1;
    }
    ERR_clear_error();
    size_t size = 0;
    const int code = SSL_write_ex(session_, bytes.data(), bytes.size(), &size);
    return outcome(code == 1, size, code);
}

ssize_t TlsSession::outcome(bool done, size_t size, int code) {
    if (done) return static_cast<ssize_t>(size);
    const int why = SSL_get_error(session_, code);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        errno = EAGAIN;
        return -1;
    }
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    // After any other error OpenSSL must not be called again for this session.
    broken_ = true;
    if (why == SSL_ERROR_SSL) {
        plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
        errno = EPROTO;
    } else if (errno == 0 || errno == EAGAIN) {
        errno = ECONNRESET;
    }
    ERR_clear_error();
    return -1;
}

bool TlsSession::is_established() const {
    return SSL_is_init_finished(session_) == 1;
}

void TlsSession::close_sending() {
    if (broken_ || !is_established() || (SSL_get_shutdown(session_) & SSL_SENT_SHUTDOWN) != 0)
        return;
    ERR_clear_error();
    SSL_shutdown(session_);
    ERR_clear_error();
}

}  // namespace playhead::http
