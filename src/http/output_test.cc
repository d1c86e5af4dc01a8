// SPDX-License-Identifier: Apache-2.0
#include "http/output.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "http/options.h"

namespace playhead::http {
namespace {

constexpr std::string_view fixed = "A: b\r\n";

Response accepted() {
    Response response;
    response.status = 204;
    response.fixed_headers = fixed;
    return response;
}

std::string written(const Response& response, Framing framing = {}) {
    std::string out;
    append_response(out, response, framing);
    return out;
}

class Outputs : public testing::Test {
  protected:
    OutputPool pool_;
    Output out_{pool_};
};

TEST_F(Outputs, a_common_answer_is_the_same_bytes_for_all) {
    Output other(pool_);
    out_.add(accepted(), {});
    other.add(accepted(), {});
    EXPECT_EQ(out_.unsent(), written(accepted()));
    EXPECT_EQ(out_.unsent().data(), other.unsent().data());
    EXPECT_EQ(out_.capacity(), 0U);
}

TEST_F(Outputs, an_answer_with_something_of_its_own_is_not_common) {
    Response found = accepted();
    found.headers = "C: d\r\n";
    Response page = accepted();
    page.status = 200;
    page.body = "x";
    EXPECT_EQ(pool_.common_bytes(found, {}), "");
    EXPECT_EQ(pool_.common_bytes(page, {}), "");
    EXPECT_EQ(pool_.common_bytes(accepted(), {.head = true}), "");
    EXPECT_EQ(pool_.common_bytes(accepted(), {.close = true}), "");
    EXPECT_EQ(pool_.common_bytes(accepted(), {.open_ended = true}), "");
    for (const Framing framing : {Framing{.head = true}, Framing{.close = true}, Framing{}}) {
        out_.add(page, framing);
        EXPECT_EQ(out_.unsent(), written(page, framing));
        out_.clear();
    }
}

TEST_F(Outputs, common_answers_are_told_apart) {
    constexpr std::string_view others[] = {"A: c\r\n", "A: b\r\nD: e\r\n"};
    EXPECT_EQ(pool_.common_bytes(accepted(), {}), written(accepted()));
    for (const std::string_view other : others) {
        Response response = accepted();
        response.fixed_headers = other;
        EXPECT_EQ(pool_.common_bytes(response, {}), written(response));
        response.status = 205;
        EXPECT_EQ(pool_.common_bytes(response, {}), written(response));
    }
    Response part = accepted();
    part.fixed_headers = fixed.substr(0, 0);
    EXPECT_EQ(pool_.common_bytes(part, {}), written(part));
}

TEST_F(Outputs, no_more_buffers_are_kept_than_the_limit) {
    std::vector<std::string> buffers(OutputPool::most_spares + 1);
    std::vector<const char*> places;
    for (std::string& buffer : buffers) {
        pool_.lend(buffer);
        places.push_back(buffer.data());
    }
    for (std::string& buffer : buffers) {
        pool_.take_back(buffer);
        EXPECT_EQ(buffer.capacity(), std::string().capacity());
    }
    std::vector<std::string> again(OutputPool::most_spares);
    for (size_t left = again.size(); left > 0; --left) {
        pool_.lend(again[left - 1]);
        EXPECT_EQ(again[left - 1].data(), places[left - 1]);
    }
}

TEST_F(Outputs, no_more_than_sixteen_are_kept_and_those_stay_where_they_are) {
    const std::string_view first = pool_.common_bytes(accepted(), {});
    Response response = accepted();
    for (response.status = 300; response.status < 315; ++response.status) {
        EXPECT_EQ(pool_.common_bytes(response, {}), written(response));
    }
    EXPECT_EQ(pool_.common_bytes(response, {}), "");
    out_.add(response, {});
    EXPECT_EQ(out_.unsent(), written(response));
    EXPECT_EQ(pool_.common_bytes(accepted(), {}).data(), first.data());
    EXPECT_EQ(first, written(accepted()));
}

TEST_F(Outputs, what_follows_a_common_answer_stands_behind_what_is_unsent_of_it) {
    const std::string one = written(accepted());
    out_.add(accepted(), {});
    out_.sent(10);
    EXPECT_EQ(out_.unsent(), one.substr(10));
    out_.add(accepted(), {});
    EXPECT_EQ(out_.unsent(), one.substr(10) + one);
    out_.add("end");
    EXPECT_EQ(out_.unsent(), one.substr(10) + one + "end");
}

TEST_F(Outputs, what_is_sent_is_forgotten_however_it_is_cut) {
    Response page = accepted();
    page.status = 200;
    page.body = std::string(1000, 'x') + std::string(1000, 'y');
    std::string expected;
    for (const Response& response : {page, accepted(), page}) expected += written(response);
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{999}, expected.size()}) {
        for (const Response& response : {page, accepted(), page}) out_.add(response, {});
        std::string sent;
        while (!out_.empty()) {
            const std::string_view next = out_.unsent().substr(0, piece);
            sent += next;
            out_.sent(next.size());
        }
        EXPECT_EQ(sent, expected);
        EXPECT_EQ(out_.capacity(), 0U);
    }
    EXPECT_DEATH(out_.sent(1), "bytes <= size\\(\\)");
}

TEST_F(Outputs, what_is_never_all_sent_does_not_grow) {
    const std::string bytes(100, 'x');
    out_.add("unsent");
    for (int i = 0; i < 10'000; ++i) {
        out_.add(bytes);
        out_.sent(bytes.size());
    }
    EXPECT_EQ(out_.unsent(), bytes.substr(0, 6));
    EXPECT_LE(out_.capacity(), 1024U);
}

TEST_F(Outputs, nothing_takes_no_memory) {
    out_.add("");
    EXPECT_EQ(out_.capacity(), 0U);
    EXPECT_EQ(out_.unsent(), "");
}

TEST_F(Outputs, a_buffer_is_lent_again_unless_it_has_grown_large) {
    out_.add("a");
    const char* const buffer = out_.unsent().data();
    out_.clear();
    Output other(pool_);
    other.add("b");
    EXPECT_EQ(other.unsent().data(), buffer);
    EXPECT_EQ(other.unsent(), "b");
    other.add(std::string(small_bytes, 'x'));
    EXPECT_GT(other.capacity(), small_bytes);
    other.clear();
    other.add("c");
    EXPECT_LT(other.capacity(), small_bytes);
}

}  // namespace
}  // namespace playhead::http
