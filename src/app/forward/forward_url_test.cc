// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forward_url.h"

#include <gtest/gtest.h>

namespace playhead::app {
namespace {

std::string refusal(std::string_view text) {
    const auto url = forward_url_from(text);
    return url ? "accepted as " + url->base : url.error().what;
}

TEST(ForwardUrl, host_port_and_prefix_are_taken_apart) {
    const auto url = forward_url_from("https://old.example.com:8443/some/prefix/");
    ASSERT_TRUE(url) << url.error().what;
    EXPECT_EQ(url->base, "https://old.example.com:8443/some/prefix");
    EXPECT_EQ(url->host, "old.example.com");
    EXPECT_EQ(url->port, "8443");
}

TEST(ForwardUrl, the_port_is_that_of_the_scheme_when_none_is_given) {
    EXPECT_EQ(forward_url_from("http://a")->port, "80");
    EXPECT_EQ(forward_url_from("https://a/")->port, "443");
    EXPECT_EQ(forward_url_from("https://a/")->base, "https://a");
}

TEST(ForwardUrl, an_ipv6_number_stands_in_brackets) {
    const auto url = forward_url_from("http://[2001:db8::1]:81/x");
    ASSERT_TRUE(url) << url.error().what;
    EXPECT_EQ(url->host, "[2001:db8::1]");
    EXPECT_EQ(url->port, "81");
    EXPECT_EQ(forward_url_from("http://[2001:db8::1]")->port, "80");
}

TEST(ForwardUrl, what_is_wrong_is_named) {
    const auto is_named = [](std::string_view text, std::string_view why) {
        EXPECT_NE(refusal(text).find(why), std::string::npos) << refusal(text);
        EXPECT_NE(refusal(text).find("https://HOST[:PORT][/PREFIX]"), std::string::npos);
    };
    is_named("", "begin with");
    is_named("old.example.com", "begin with");
    is_named("ftp://old.example.com", "begin with");
    is_named("https://", "name the host");
    is_named("https://:443", "name the host");
    is_named("https://a:0", "a port is");
    is_named("https://a:65536", "a port is");
    is_named("https://a:", "a port is");
    is_named("https://[::1]x:1z", "a port is");
    is_named("https://user:secret@a", "passwords");
    is_named("https://a/?x=1", "queries");
    is_named("https://a b", "blanks");
    is_named("https://a/api/v1/sessions", "leave out /api/v1/sessions");
    is_named("https://a/api/v1/", "leave out /api/v1/sessions");
}

TEST(ForwardUrl, its_length_has_a_limit) {
    const std::string longest = "http://" + std::string(2'000 - 7, 'a');
    EXPECT_TRUE(forward_url_from(longest.substr(0, 1'999)));
    EXPECT_TRUE(forward_url_from(longest));
    EXPECT_NE(refusal(longest + "a").find("longer than"), std::string::npos);
}

TEST(ForwardUrl, a_server_knows_its_own_address) {
    const auto leads = [](std::string_view text, std::string_view listen) {
        return leads_to(*forward_url_from(text), listen);
    };
    EXPECT_TRUE(leads("http://localhost:8080", "0.0.0.0:8080"));
    EXPECT_TRUE(leads("http://127.0.0.1:8080", "localhost:8080"));
    EXPECT_TRUE(leads("http://[::1]:8080", ":8080"));
    EXPECT_TRUE(leads("https://media.example.com", "media.example.com:443"));
    EXPECT_FALSE(leads("http://localhost:8081", "0.0.0.0:8080"));
    EXPECT_FALSE(leads("http://other.example.com:8080", "0.0.0.0:8080"));
    EXPECT_FALSE(leads("http://localhost:8080", "10.0.0.1:8080"));
}

}  // namespace
}  // namespace playhead::app
