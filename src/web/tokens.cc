// SPDX-License-Identifier: Apache-2.0
#include "web/tokens.h"

#include <algorithm>
#include <array>

namespace playhead::web {
namespace {

constexpr std::string_view prefix = "playhead_";

bool is_hexadecimal(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

NewToken make_token(Scopes scopes) {
    std::array<uint8_t, token_id_digits / 2> id{};
    std::array<uint8_t, token_secret_digits / 2> secret{};
    base::random_bytes(id);
    base::random_bytes(secret);
    NewToken made;
    made.token.id = base::hex(id);
    made.text = std::string(prefix) + made.token.id + "_" + base::hex(secret);
    made.token.hash = token_hash(made.text);
    made.token.scopes = scopes;
    return made;
}

std::optional<std::string> token_id_of(std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    if (text.size() != token_id_digits + 1 + token_secret_digits) return std::nullopt;
    const std::string_view id = text.substr(0, token_id_digits);
    const std::string_view secret = text.substr(token_id_digits + 1);
    if (text[token_id_digits] != '_' || !is_hexadecimal(id) || !is_hexadecimal(secret)) {
        return std::nullopt;
    }
    return std::string(id);
}

base::Sha256 token_hash(std::string_view text) {
    base::Sha256Stream stream;
    stream.add(text);
    return stream.digest();
}

void Tokens::replace(std::vector<Token> valid) {
    const std::lock_guard lock(mutex_);
    valid_ = std::move(valid);
}

std::optional<Scopes> Tokens::scopes_of(std::string_view text) const {
    const auto id = token_id_of(text);
    if (!id) return std::nullopt;
    const base::Sha256 hash = token_hash(text);
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(valid_, *id, &Token::id);
    if (found == valid_.end()) return std::nullopt;
    if (!base::equal_in_constant_time(found->hash, hash)) return std::nullopt;
    return found->scopes;
}

}  // namespace playhead::web
