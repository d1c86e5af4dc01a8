// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "base/error.h"

struct ssl_st;
struct ssl_ctx_st;

namespace playhead::http {

// A certificate with its private key, and how TLS is spoken with them: 1.2 and 1.3, ciphers with
// forward secrecy only, no renegotiation, no compression, no early data, HTTP/1.1 by ALPN. May be
// used from any thread; a TlsSession keeps what it needs of it.
class TlsContext {
  public:
    // `certificate`: PEM, the server's own first, then those that lead to a known authority. `key`:
    // PEM without a passphrase. Error `invalid` says which of the two is wrong, and why.
    static base::Result<std::shared_ptr<const TlsContext>> make(std::string_view certificate,
                                                                std::string_view key);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    // "CN = example.org, valid until 2027-02-01 12:00:00 UTC"
    std::string description() const;

    // When the certificate ends, in seconds since 1970.
    int64_t ends_at() const { return ends_at_; }

  private:
    friend class TlsSession;

    explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

    base::Result<void> use(std::string_view certificate, std::string_view key);
    base::Result<void> use_chain(std::string_view certificate);

    ssl_ctx_st* const context_;
    std::string subject_;
    int64_t ends_at_ = 0;
};

// The certificate that new connections get; null where TLS is not spoken. From any thread.
class TlsInForce {
  public:
    explicit TlsInForce(std::shared_ptr<const TlsContext> first) : context_(std::move(first)) {}

    std::shared_ptr<const TlsContext> get() const {
        const std::lock_guard lock(mutex_);
        return context_;
    }

    void replace(std::shared_ptr<const TlsContext> next) {
        const std::lock_guard lock(mutex_);
        context_ = std::move(next);
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const TlsContext> context_;
};

// The server's end of TLS on one non-blocking socket, which stays the caller's. receive() and
// send() answer as recv(2) and send(2) do, also in errno; both go on with the handshake, so either
// may wait (EAGAIN) for the socket to take or to have something: after each event of the socket,
// try both. EPROTO: what came is not TLS, or no version or cipher of it is spoken here; the client
// was told where TLS has words for it. The process must ignore SIGPIPE.
class TlsSession {
  public:
    TlsSession(const TlsContext& context, int socket);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    ssize_t receive(std::span<char> room);

    // Where it fails with EAGAIN, the next call must begin with the same bytes.
    ssize_t send(std::string_view bytes);

    // The handshake is over.
    bool is_established() const;

    // EPROTO, because the first bytes were a request of HTTP without TLS.
    bool was_plain_http() const { return plain_http_; }

    // Tells the client that nothing more comes.
    void close_sending();

  private:
    ssize_t outcome(bool done, size_t size, int code);

    ssl_st* const session_;
    bool broken_ = false;
    bool plain_http_ = false;
};

}  // namespace playhead::http
