// SPDX-License-Identifier: Apache-2.0
#include "http/answer_order.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/refusal.h"
#include "http/response.h"

namespace playhead::http {
namespace {

Response numbered(uint64_t number) {
    Response response;
    response.status = 200;
    response.body = "<" + std::to_string(number) + ">";
    return response;
}

std::string written(const Response& response, Framing framing = {}) {
    std::string out;
    append_response(out, response, framing);
    return out;
}

TEST(response, a_204_has_neither_length_nor_body) {
    Response response;
    response.status = 204;
    response.fixed_headers = "A: fixed\r\n";
    response.headers = "B: own\r\n";
    response.body = "lost";
    EXPECT_EQ(written(response),
              "HTTP/1.1 204 No Content\r\nA: fixed\r\nB: own\r\nConnection: keep-alive\r\n\r\n");
}

TEST(response, an_empty_201_says_that_it_is_empty) {
    Response response;
    response.status = 201;
    EXPECT_EQ(written(response),
              "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(response, an_answer_to_head_has_the_length_and_not_the_body) {
    EXPECT_EQ(written(numbered(7), {.head = true, .close = true}),
              "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST(response, an_unusual_status_is_sent_as_it_is) {
    Response response;
    response.status = 299;
    EXPECT_TRUE(written(response).starts_with("HTTP/1.1 299 \r\n"));
}

TEST(response, a_refusal_carries_the_fixed_headers_and_a_message) {
    EXPECT_EQ(written(refusal_response(Refusal::overloaded, "A: b\r\n"), {.close = true}),
              "HTTP/1.1 503 Service Unavailable\r\nA: b\r\nContent-Type: application/json\r\n"
              "Retry-After: 1\r\nContent-Length: 49\r\nConnection: close\r\n\r\n"
              "{\"message\":\"The server is busy, try again soon.\"}");
}

TEST(answer_order, answers_leave_in_the_order_of_their_requests) {
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        AnswerOrder order;
        std::vector<uint64_t> numbers(AnswerOrder::limit);
        std::string expected;
        for (uint64_t& number : numbers) {
            const bool head = random() % 2 == 0;
            number = order.expect(head);
            expected += written(numbered(number), {.head = head});
        }
        std::ranges::shuffle(numbers, random);
        OutputPool pool;
        Output out(pool);
        for (const uint64_t number : numbers) order.answer(number, numbered(number), out);
        ASSERT_EQ(out.unsent(), expected);
        ASSERT_EQ(order.waiting(), 0U);
        ASSERT_EQ(order.held_bytes(), 0U);
    }
}

TEST(answer_order, what_came_too_early_is_held) {
    AnswerOrder order;
    OutputPool pool;
    Output out(pool);
    const uint64_t first = order.expect(false);
    const uint64_t second = order.expect(false);
    order.answer(second, numbered(second), out);
    EXPECT_EQ(out.unsent(), "");
    EXPECT_EQ(order.held_bytes(), 3U);
    order.answer(first, numbered(first), out);
    EXPECT_EQ(out.unsent(), written(numbered(first)) + written(numbered(second)));
}

TEST(answer_order, only_the_last_answer_says_that_it_is_the_last) {
    AnswerOrder order;
    OutputPool pool;
    Output out(pool);
    const uint64_t first = order.expect(false);
    const uint64_t second = order.expect(false);
    order.finish();
    EXPECT_FALSE(order.finished());
    order.answer(first, numbered(first), out);
    order.answer(second, numbered(second), out);
    EXPECT_TRUE(order.finished());
    EXPECT_EQ(out.unsent(), written(numbered(first)) + written(numbered(second), {.close = true}));
}

TEST(answer_order, one_more_than_the_limit_is_a_bug) {
    AnswerOrder order;
    for (size_t i = 0; i < AnswerOrder::limit; ++i) order.expect(false);
    EXPECT_DEATH(order.expect(false), "waiting\\(\\) < limit");
}

}  // namespace
}  // namespace playhead::http
