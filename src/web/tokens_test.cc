// SPDX-License-Identifier: Apache-2.0
#include "web/tokens.h"

#include <gtest/gtest.h>

namespace playhead::web {
namespace {

Scopes of(Scope scope) {
    Scopes scopes;
    scopes.add(scope);
    return scopes;
}

TEST(TokensTest, a_token_has_an_id_and_keeps_only_its_hash) {
    const NewToken made = make_token(of(Scope::sql));
    EXPECT_EQ(token_id_of(made.text), made.token.id);
    EXPECT_EQ(token_hash(made.text), made.token.hash);
    EXPECT_NE(make_token(of(Scope::sql)).text, made.text);
}

TEST(TokensTest, knows_what_a_valid_token_may_do) {
    const NewToken live = make_token(of(Scope::read_live));
    const NewToken sql = make_token(of(Scope::sql));
    Tokens tokens({live.token, sql.token});
    EXPECT_EQ(tokens.scopes_of(live.text), of(Scope::read_live));
    EXPECT_EQ(tokens.scopes_of(sql.text), of(Scope::sql));
    tokens.replace({sql.token});
    EXPECT_EQ(tokens.scopes_of(live.text), std::nullopt);
    EXPECT_EQ(tokens.scopes_of(sql.text), of(Scope::sql));
}

TEST(TokensTest, every_digit_of_a_token_counts) {
    const NewToken made = make_token(of(Scope::admin));
    const Tokens tokens({made.token});
    for (size_t i = 0; i < made.text.size(); ++i) {
        std::string other = made.text;
        other[i] = other[i] == '0' ? '1' : '0';
        EXPECT_EQ(tokens.scopes_of(other), std::nullopt) << i;
    }
    EXPECT_EQ(tokens.scopes_of(made.text + "0"), std::nullopt);
    EXPECT_EQ(tokens.scopes_of(made.text.substr(0, made.text.size() - 1)), std::nullopt);
    EXPECT_EQ(tokens.scopes_of(""), std::nullopt);
}

}  // namespace
}  // namespace playhead::web
