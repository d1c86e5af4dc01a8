// SPDX-License-Identifier: Apache-2.0
#include "http/usual_head.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "http/message.h"
#include "http/transcript.h"

namespace playhead::http {
namespace {

const std::string player =
    "POST /api/v1/sessions/0a/events?a=%20 HTTP/1.1\r\nHost: h\r\nConnection: Keep-Alive\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nContent-Type:application/json \r\n"
    "content-length: 15\r\n\r\n";
const std::string ping = R"({"type":"ping"})";

// With what stands behind the bytes in a buffer.
std::optional<UsualHead> read(std::string_view bytes, std::vector<Header>& headers,
                              std::string_view behind = {}) {
    static std::string kept;
    kept = std::string(bytes) + std::string(behind) + std::string(body_padding, 'x');
    return read_usual_head(std::string_view(kept).substr(0, bytes.size()), headers);
}

bool is_usual(std::string_view bytes, std::string_view behind = {}) {
    std::vector<Header> headers;
    headers.reserve(10);
    return read(bytes, headers, behind).has_value();
}

std::string with(const std::string& line) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + line + "\r\n\r\n";
}

TEST(usual_head, what_a_player_sends_is_read_to_the_last_header) {
    std::vector<Header> headers;
    headers.reserve(5);
    const auto head = read(player + ping, headers);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->target, "/api/v1/sessions/0a/events?a=%20");
    EXPECT_EQ(head->size, player.size());
    EXPECT_EQ(head->body_size, 15U);
    ASSERT_EQ(headers.size(), 5U);
    EXPECT_EQ(headers[2].value, "Mozilla/5.0 (X11; Linux x86_64)");
    EXPECT_EQ(headers[3].name, "Content-Type");
    EXPECT_EQ(headers[3].value, "application/json");
}

TEST(usual_head, a_head_that_is_not_whole_is_not_read) {
    for (size_t size = 0; size < player.size(); ++size) {
        const std::string_view whole = player;
        EXPECT_FALSE(is_usual(whole.substr(0, size))) << size;
        EXPECT_FALSE(is_usual(whole.substr(0, size), whole.substr(size))) << size;
    }
    EXPECT_TRUE(is_usual(player));
}

TEST(usual_head, no_more_headers_than_there_is_room_for) {
    std::vector<Header> headers;
    headers.reserve(4);
    EXPECT_FALSE(read(player, headers));
    EXPECT_EQ(headers.capacity(), 4U);
}

TEST(usual_head, what_the_grammar_has_to_judge_is_left_to_it) {
    for (const char* line : {"Host: i",
                             "Content-Length: 1\r\nContent-Length: 1",
                             "Content-Length: 123456789",
                             "Content-Length: 1a",
                             "Content-Length: -1",
                             "Content-Length: ",
                             "Connection: close",
                             "Connection: keep-alive, upgrade",
                             "Proxy-Connection: close",
                             "Upgrade: h2c",
                             "Transfer-Encoding: chunked",
                             "Expect: 100-continue",
                             "A:",
                             "A: ",
                             "A : b",
                             " A: b",
                             "A: b\r\n c",
                             "A: b\rC: d",
                             "A: b\n",
                             "A: \xc3\xa4",
                             "A: \x80",
                             "A: \x7f",
                             "A: b\tc",
                             "A(: b"}) {
        EXPECT_FALSE(is_usual(with(line))) << line;
    }
    EXPECT_TRUE(is_usual(with("Content-Length: 12345678")));
    for (const char* head :
         {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST / HTTP/1.0\r\nHost: h\r\n\r\n",
          "POST / HTTP/1.1\r\nA: h\r\n\r\n", "POST  / HTTP/1.1\r\nHost: h\r\n\r\n",
          "POST /#a HTTP/1.1\r\nHost: h\r\n\r\n", "POST http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
          "POST / HTTP/1.1 \r\nHost: h\r\n\r\n", "\r\nPOST / HTTP/1.1\r\nHost: h\r\n\r\n"}) {
        EXPECT_FALSE(is_usual(head)) << head;
    }
}

// Byte by byte the grammar reads it, because no head is whole when its first byte comes.
std::string by_the_grammar(const std::string& bytes, const Limits& limits) {
    Transcript made(limits);
    made.feed_bytewise(bytes);
    return made.text();
}

TEST(usual_head, means_what_the_grammar_reads_whichever_byte_is_another_one) {
    const std::string usual = player + ping + "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    for (size_t at = 0; at < usual.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string bytes = usual;
            bytes[at] = static_cast<char>(byte);
            ASSERT_EQ(transcript({}, bytes), by_the_grammar(bytes, {})) << at << ": " << byte;
        }
    }
}

TEST(usual_head, means_what_the_grammar_reads_whatever_is_twice_or_missing) {
    const std::string usual = player + ping + "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    for (size_t from = 0; from < usual.size(); ++from) {
        for (size_t to = from + 1; to <= usual.size(); ++to) {
            const std::string missing = usual.substr(0, from) + usual.substr(to);
            ASSERT_EQ(transcript({}, missing), by_the_grammar(missing, {})) << from << ' ' << to;
            const std::string twice = usual.substr(0, to) + usual.substr(from);
            ASSERT_EQ(transcript({}, twice), by_the_grammar(twice, {})) << from << ' ' << to;
        }
    }
}

TEST(usual_head, has_the_limits_that_any_head_has) {
    const std::string usual = player + ping;
    const Limits most{
        .header_bytes = player.size(), .headers = 5, .target_bytes = 32, .body_bytes = ping.size()};
    EXPECT_NE(transcript(most, usual).find("[" + ping + "] stay"), std::string::npos);
    Limits less = most;
    --less.header_bytes;
    EXPECT_EQ(transcript(less, usual), "refused 431\n");
    less = most;
    --less.headers;
    EXPECT_EQ(transcript(less, usual), "refused 431\n");
    less = most;
    --less.target_bytes;
    EXPECT_EQ(transcript(less, usual), "refused 414\n");
    less = most;
    --less.body_bytes;
    EXPECT_EQ(transcript(less, usual), "refused 413\n");
}

}  // namespace
}  // namespace playhead::http
