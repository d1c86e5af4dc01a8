// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "web/scope.h"

namespace playhead::web {

// One bearer token as it is kept: never its secret (docs/format/tokens.md).
struct Token {
    std::string id;       // token_id_digits hexadecimal digits; not a secret
    base::Sha256 hash{};  // of the whole token
    Scopes scopes;
};

constexpr size_t token_id_digits = 12;
constexpr size_t token_secret_digits = 64;

// A token that is given out once: `playhead_<id>_<secret>`, with a secret of 256 random bits.
struct NewToken {
    std::string text;
    Token token;
};

NewToken make_token(Scopes scopes);

// What a token of this form hashes to, and its id; nothing for any other text.
std::optional<std::string> token_id_of(std::string_view text);
base::Sha256 token_hash(std::string_view text);

// The tokens that are valid now. Safe from any thread.
class Tokens {
  public:
    explicit Tokens(std::vector<Token> valid = {}) : valid_(std::move(valid)) {}

    void replace(std::vector<Token> valid);

    // What the bearer of `text` may do; nothing when it is not a valid token. Takes no longer for a
    // token that is nearly right.
    std::optional<Scopes> scopes_of(std::string_view text) const;

  private:
    mutable std::mutex mutex_;
    std::vector<Token> valid_;
};

}  // namespace playhead::web
