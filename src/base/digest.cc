// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/check.h"

namespace playhead::base {

std::string md5_hex(std::string_view bytes) {
    std::array<uint8_t, 16> digest{};
    unsigned length = 0;
    CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_md5(), nullptr) == 1);
    CHECK(length == digest.size());
    return hex(digest);
}

struct Sha256Stream::Context {
    Context() : state(EVP_MD_CTX_new()) { CHECK(state != nullptr); }

    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    ~Context() { EVP_MD_CTX_free(state); }

    EVP_MD_CTX* const state;
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
    CHECK(EVP_DigestInit_ex(context_->state, EVP_sha256(), nullptr) == 1);
}

Sha256Stream::Sha256Stream(Sha256Stream&& other) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&& other) noexcept = default;
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes) {
    CHECK(EVP_DigestUpdate(context_->state, bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::digest() const {
    const Context copy;
    CHECK(EVP_MD_CTX_copy_ex(copy.state, context_->state) == 1);
    Sha256 digest{};
    unsigned length = 0;
    CHECK(EVP_DigestFinal_ex(copy.state, digest.data(), &length) == 1);
    CHECK(length == digest.size());
    return digest;
}

Sha256 hmac_sha256(std::span<const uint8_t> key, std::span<const uint8_t> message) {
    Sha256 digest{};
    unsigned length = 0;
    CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(),
               message.size(), digest.data(), &length) != nullptr);
    CHECK(length == digest.size());
    return digest;
}

void random_bytes(std::span<uint8_t> into) {
    CHECK(RAND_bytes(into.data(), static_cast<int>(into.size())) == 1);
}

bool equal_in_constant_time(std::span<const uint8_t> a, std::span<const uint8_t> b) {
    CHECK(a.size() == b.size());
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex(std::span<const uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace playhead::base
