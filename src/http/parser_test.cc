// SPDX-License-Identifier: Apache-2.0
#include "http/parser.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "http/transcript.h"

namespace playhead::http {
namespace {

using std::string_literals::operator""s;

std::string read(std::string_view bytes, const Limits& limits = {}) {
    return transcript(limits, bytes);
}

// A request with a Host line, as most tests need one.
std::string post(const std::string& headers, const std::string& body) {
    return "POST /p HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

// The status with which the bytes are refused; 0 when they are not.
int refused_with(std::string_view bytes, const Limits& limits = {}) {
    const std::string text = read(bytes, limits);
    const size_t at = text.find("refused ");
    return at == std::string::npos ? 0 : std::stoi(text.substr(at + 8));
}

const std::string get = "GET /a//b?c=d HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string chunked = "Transfer-Encoding: chunked\r\n";

TEST(parser, a_request_is_given_as_it_was_sent) {
    EXPECT_EQ(read(post("Content-Length: 5\r\nX-Y:  two words \t\r\n", "hello")),
              "POST /p\nHost=h\nContent-Length=5\nX-Y=two words\n[hello] stay\n");
    EXPECT_EQ(read(get), "GET /a//b?c=d\nHost=h\n[] stay\n");
}

TEST(parser, headers_are_found_without_regard_to_case) {
    const std::vector<Header> headers = {{"Content-Type", "a"}, {"content-type", "b"}};
    Request request;
    request.headers = headers;
    EXPECT_EQ(request.header("CONTENT-TYPE"), "a");
    EXPECT_EQ(request.header("content"), "");
}

TEST(parser, methods_are_told_apart) {
    const std::vector<std::pair<std::string, Method>> methods = {
        {"GET", Method::get},     {"HEAD", Method::head},     {"POST", Method::post},
        {"PUT", Method::put},     {"DELETE", Method::del},    {"OPTIONS", Method::options},
        {"PATCH", Method::patch}, {"M-SEARCH", Method::other}};
    for (const auto& [name, method] : methods) {
        std::string bytes =
            name + " / HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(body_padding, 'x');
        Parser parser{Limits{}};
        ASSERT_EQ(parser.parse({bytes.data(), bytes.size() - body_padding}),
                  Parser::Outcome::complete);
        EXPECT_EQ(parser.request().method, method);
        EXPECT_EQ(parser.request().method_name, name);
    }
    EXPECT_EQ(name_of(Method::del), "DELETE");
}

TEST(parser, the_body_of_a_whole_request_is_a_view_into_the_buffer) {
    std::string bytes = post("Content-Length: 5\r\n", "hello") + get;
    const size_t size = bytes.size();
    bytes.append(body_padding, 'x');
    Parser parser{Limits{}};
    ASSERT_EQ(parser.parse({bytes.data(), size}), Parser::Outcome::complete);
    EXPECT_EQ(parser.request().body.data(), bytes.data() + bytes.find("hello"));
    EXPECT_EQ(parser.size(), size - get.size());
}

TEST(parser, any_cut_gives_the_same) {
    const std::vector<std::string> cases = {
        get + get + post("Content-Length: 5\r\n", "hello") + get,
        post(chunked, "5;n=v;q=\"x y\"\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\nU: w\r\n\r\n") + get,
        "\r\n\r\n" + get + "\r\n" + get,
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get,
        post("Content-Length: 4\r\n" + chunked, "0\r\n\r\n"),
        post("A: b\r\n c\r\n", "") + get,
        get + "GET / HTTP/1.1\r\nHost: h\r\nA: b\rC: d\r\n\r\n",
        get + "GARBAGE\r\n\r\n",
        post("Expect: 100-continue\r\nContent-Length: 1\r\n", "x") + get};
    for (const std::string& bytes : cases) {
        const std::string expected = read(bytes);
        ASSERT_NE(expected, "");
        for (size_t first = 0; first <= bytes.size(); ++first) {
            for (size_t second = first; second <= bytes.size(); ++second) {
                const std::string_view all = bytes;
                const std::vector<std::string_view> pieces = {
                    all.substr(0, first), all.substr(first, second - first), all.substr(second)};
                ASSERT_EQ(transcript({}, pieces), expected) << first << ' ' << second << bytes;
            }
        }
    }
}

TEST(parser, pipelined_requests_come_one_by_one) {
    EXPECT_EQ(read(get + post("Content-Length: 2\r\n", "hi") + get),
              "GET /a//b?c=d\nHost=h\n[] stay\n"
              "POST /p\nHost=h\nContent-Length=2\n[hi] stay\n"
              "GET /a//b?c=d\nHost=h\n[] stay\n");
}

TEST(parser, chunks_are_joined) {
    EXPECT_EQ(read(post(chunked, "5;n=v\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n") + get),
              "POST /p\nHost=h\nTransfer-Encoding=chunked\n[hello0123456789] stay\n"
              "GET /a//b?c=d\nHost=h\n[] stay\n");
}

TEST(parser, the_raw_bytes_of_chunks_are_not_kept) {
    Transcript made{Limits{}};
    made.feed(post(chunked, ""));
    for (int i = 0; i < 1000; ++i) made.feed("1;extension=value\r\nx\r\n");
    made.feed("0\r\n\r\n");
    EXPECT_NE(made.text().find(std::string(1000, 'x')), std::string::npos);
    EXPECT_LT(made.largest_kept(), 1100U);
}

TEST(parser, what_stays_open_and_what_closes) {
    EXPECT_TRUE(read("GET / HTTP/1.0\r\n\r\n").ends_with("[] close\n"));
    EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").ends_with("[] stay\n"));
    EXPECT_TRUE(read(post("Connection: close\r\n", "")).ends_with("[] close\n"));
    EXPECT_TRUE(read(post("Connection: foo, close\r\n", "")).ends_with("[] close\n"));
}

TEST(parser, absolute_targets_are_reduced_to_their_path) {
    EXPECT_TRUE(read("GET http://h:1/a?b HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("GET /a?b\n"));
    EXPECT_TRUE(read("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("GET /\n"));
    EXPECT_TRUE(read("GET /a://b/c HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("GET /a://b/c\n"));
    EXPECT_TRUE(read("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").starts_with("OPTIONS *\n"));
}

TEST(parser, an_upgrade_is_not_taken_up) {
    const std::string wish =
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    EXPECT_EQ(read(wish + get),
              "GET /\nHost=h\nConnection=upgrade\nUpgrade=x\n[] stay\n"
              "GET /a//b?c=d\nHost=h\n[] stay\n");
}

TEST(parser, the_expectation_is_told_once_the_head_is_there) {
    Transcript made{Limits{}};
    const std::string head = post("Expect: 100-Continue\r\nContent-Length: 3\r\n", "");
    made.feed(head.substr(0, head.size() - 1));
    EXPECT_FALSE(made.parser().wants_continue());
    made.feed(head.substr(head.size() - 1));
    EXPECT_TRUE(made.parser().wants_continue());
    EXPECT_EQ(made.parser().missing(), 3U);
    made.feed("a");
    EXPECT_EQ(made.parser().missing(), 2U);
    made.feed("bc");
    EXPECT_FALSE(made.parser().wants_continue());
}

TEST(parser, only_who_has_a_body_to_send_in_1_1_may_wait) {
    const std::vector<std::string> none = {
        "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
        post("Expect: something\r\nContent-Length: 3\r\n", ""),
    };
    for (const std::string& bytes : none) {
        Transcript made{Limits{}};
        made.feed(bytes);
        EXPECT_EQ(made.text(), "");
        EXPECT_FALSE(made.parser().wants_continue()) << bytes;
    }
}

TEST(parser, bad_grammar_is_refused) {
    const std::vector<std::string> bad = {"\x16\x03\x01\x02"s,
                                          "get / HTTP/1.1\r\nHost: h\r\n\r\n",
                                          "GET  / HTTP/1.1 \r\nHost: h\r\n\r\n",
                                          "GET /  HTTP/1.1\r\nHost: h\r\n\r\n",
                                          "GET / RTSP/1.0\r\nHost: h\r\n\r\n",
                                          "GET / HTTP/1.1\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nA b: c\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nA : c\r\n\r\n",
                                          "GET / HTTP/1.1\r\n A: c\r\nHost: h\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nA:\r\n c\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nA: b\rB: c\r\n\r\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\nA: b\0c\r\n\r\n"s,
                                          "GET / HTTP/1.1\nHost: h\n\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\n\n",
                                          "GET / HTTP/1.1\r\nHost: h\r\n: c\r\n\r\n"};
    for (const std::string& bytes : bad) {
        EXPECT_EQ(refused_with(bytes), 400) << bytes;
    }
}

TEST(parser, what_two_readers_could_frame_differently_is_refused) {
    const std::vector<std::string> smuggled = {
        post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
        post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"),
        post("Content-Length: 3, 3\r\n", "abc"),
        post("Content-Length: +3\r\n", "abc"),
        post("Content-Length: -3\r\n", "abc"),
        post("Content-Length: 0x3\r\n", "abc"),
        post("Content-Length: 3 4\r\n", "abc"),
        post("Content-Length:\r\n", "abc"),
        post("Content-Length : 3\r\n", "abc"),
        post("Content-Length: 99999999999999999999\r\n", "abc"),
        post("Content-Length: 3\r\n" + chunked, "0\r\n\r\n"),
        post(chunked + "Content-Length: 3\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
        post(chunked + chunked, "0\r\n\r\n"),
        post("A: b\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        post(chunked, "3\nabc\r\n0\r\n\r\n"),
        post(chunked, "3\rXabc\r\n0\r\n\r\n"),
        post(chunked, "3\r\nabcXX0\r\n\r\n"),
        post(chunked, "-3\r\nabc\r\n0\r\n\r\n"),
        post(chunked, "0x3\r\nabc\r\n0\r\n\r\n"),
        post(chunked, "3 \r\nabc\r\n0\r\n\r\n"),
        post(chunked, "\r\n0\r\n\r\n"),
        post(chunked, "fffffffffffffffff\r\nabc\r\n0\r\n\r\n")};
    for (const std::string& bytes : smuggled) EXPECT_EQ(refused_with(bytes), 400) << bytes;
}

TEST(parser, unknown_codings_and_connect_are_not_implemented) {
    EXPECT_EQ(refused_with(post("Transfer-Encoding: gzip\r\n", "")), 501);
    EXPECT_EQ(refused_with(post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")), 501);
    EXPECT_EQ(refused_with("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n"), 501);
}

TEST(parser, other_versions_are_refused) {
    EXPECT_EQ(refused_with("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
    EXPECT_EQ(refused_with("GET / HTTP/0.9\r\nHost: h\r\n\r\n"), 505);
    EXPECT_EQ(refused_with("GET /\r\n\r\n"), 505);
    EXPECT_EQ(refused_with("GET / HTTP/x\r\n\r\n"), 505);
    EXPECT_EQ(refused_with("GET / HTTP/1.7\r\nHost: h\r\n\r\n"), 505);
    EXPECT_EQ(refused_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
}

TEST(parser, the_head_has_a_limit) {
    const Limits limits{.header_bytes = get.size()};
    EXPECT_EQ(refused_with(get + get, limits), 0);
    EXPECT_EQ(refused_with("GET /a//b?c=d HTTP/1.1\r\nHost: hh\r\n\r\n", limits), 431);
    EXPECT_EQ(refused_with(post("A: " + std::string(20'000, 'a') + "\r\n", "")), 431);
}

TEST(parser, the_head_does_not_count_the_body) {
    const Limits limits{.header_bytes = post("Content-Length: 64\r\n", "").size()};
    EXPECT_EQ(refused_with(post("Content-Length: 64\r\n", std::string(64, 'x')), limits), 0);
}

TEST(parser, the_number_of_headers_has_a_limit) {
    const Limits limits{.headers = 2};
    EXPECT_EQ(refused_with(post("A: b\r\n", ""), limits), 0);
    EXPECT_EQ(refused_with(post("A: b\r\nC: d\r\n", ""), limits), 431);
}

TEST(parser, the_target_has_a_limit) {
    const Limits limits{.target_bytes = 10};
    EXPECT_EQ(refused_with("GET /234567890 HTTP/1.1\r\nHost: h\r\n\r\n", limits), 0);
    EXPECT_EQ(refused_with("GET /2345678901 HTTP/1.1\r\nHost: h\r\n\r\n", limits), 414);
    EXPECT_EQ(refused_with("GET /" + std::string(20'000, 'a')), 414);
}

TEST(parser, the_body_has_a_limit_that_is_checked_before_it_is_read) {
    const Limits limits{.body_bytes = 5};
    EXPECT_EQ(refused_with(post("Content-Length: 4\r\n", "1234"), limits), 0);
    EXPECT_EQ(refused_with(post("Content-Length: 5\r\n", "12345"), limits), 0);
    EXPECT_EQ(refused_with(post("Content-Length: 6\r\n", ""), limits), 413);
    EXPECT_EQ(refused_with(post("Expect: 100-continue\r\nContent-Length: 6\r\n", ""), limits), 413);
    EXPECT_EQ(refused_with(post(chunked, "3\r\n123\r\n2\r\n45\r\n0\r\n\r\n"), limits), 0);
    EXPECT_EQ(refused_with(post(chunked, "3\r\n123\r\n3\r\n"), limits), 413);
    EXPECT_EQ(refused_with(post(chunked, "6\r\n"), limits), 413);
}

TEST(parser, the_framing_of_chunks_has_a_limit) {
    const Limits limits{.header_bytes = 128};
    EXPECT_EQ(refused_with(post(chunked, "1\r\nx\r\n0;" + std::string(100, 'e')), limits), 0);
    EXPECT_EQ(refused_with(post(chunked, "1\r\nx\r\n0;" + std::string(200, 'e')), limits), 400);
    std::string small;
    for (int i = 0; i < 1000; ++i) small += "1\r\nx\r\n";
    EXPECT_EQ(refused_with(post(chunked, small + "0\r\n\r\n"), limits), 0);
}

TEST(parser, a_request_with_no_more_than_its_limits_is_good_up_to_the_default) {
    std::string headers;
    for (int i = 0; i < 99; ++i) headers += "H" + std::to_string(i) + ": v\r\n";
    EXPECT_EQ(refused_with(post(headers, "")), 0);
    EXPECT_EQ(refused_with(post(headers + "One-More: v\r\n", "")), 431);
}

TEST(parser, empty_lines_do_not_begin_a_message) {
    Transcript made{Limits{}};
    made.feed("\r\n\r\n");
    EXPECT_FALSE(made.parser().begun());
    made.feed("G");
    EXPECT_TRUE(made.parser().begun());
}

}  // namespace
}  // namespace playhead::http
