// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace playhead::base {

// Digests and randomness, by OpenSSL's libcrypto, which is included only here. All functions are
// safe from any thread. They cannot fail on a sound machine: a failure of the library is a CHECK.

// 32 lower-case hexadecimal digits. For names (metrics.md section 6), never for security.
std::string md5_hex(std::string_view bytes);

using Sha256 = std::array<uint8_t, 32>;

// SHA-256 of bytes that come piece by piece. Moved, not copied; one thread at a time.
class Sha256Stream {
  public:
    Sha256Stream();
    Sha256Stream(Sha256Stream&& other) noexcept;
    Sha256Stream& operator=(Sha256Stream&& other) noexcept;
    ~Sha256Stream();

    void add(std::string_view bytes);

    // Of all that was added so far; more may be added afterwards.
    Sha256 digest() const;

  private:
    struct Context;

    std::unique_ptr<Context> context_;
};

Sha256 hmac_sha256(std::span<const uint8_t> key, std::span<const uint8_t> message);

// Bytes of the system's cryptographically secure generator.
void random_bytes(std::span<uint8_t> into);

// Compares in a time that does not depend on where the two differ. Sizes must be equal.
bool equal_in_constant_time(std::span<const uint8_t> a, std::span<const uint8_t> b);

// Lower-case hexadecimal, two digits a byte.
std::string hex(std::span<const uint8_t> bytes);

}  // namespace playhead::base
