// SPDX-License-Identifier: Apache-2.0
#include "http/answer_order.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace playhead::http {
namespace {

uint64_t bit_of(uint64_t request) {
    return uint64_t{1} << (request % 64);
}

size_t bytes_of(const Response& response) {
    return response.headers.size() + response.body.size();
}

}  // namespace

uint64_t AnswerOrder::expect(bool head) {
    CHECK(waiting() < limit);
    const uint64_t request = next_++;
    heads_ = head ? heads_ | bit_of(request) : heads_ & ~bit_of(request);
    return request;
}

void AnswerOrder::answer(uint64_t request, Response&& response, Output& out) {
    put({request, std::move(response)}, out);
}

void AnswerOrder::begin(uint64_t request, Response&& head, Output& out) {
    CHECK(finishing_);
    put({request, std::move(head), true}, out);
}

void AnswerOrder::go_on(std::string_view bytes, Output& out) {
    if (goes_on_) {
        out.add(bytes);
        return;
    }
    const auto found = std::ranges::find(early_, true, &Early::goes_on);
    CHECK(found != early_.end());
    found->response.body += bytes;
    held_bytes_ += bytes.size();
}

void AnswerOrder::put(Early&& answer, Output& out) {
    if (goes_on_) return;
    CHECK(answer.request >= first_ && answer.request < next_);
    if (answer.request != first_) {
        held_bytes_ += bytes_of(answer.response);
        early_.push_back(std::move(answer));
        return;
    }
    write(answer, out);
    while (!early_.empty() && write_early(out)) continue;
}

void AnswerOrder::write(const Early& answer, Output& out) {
    const bool head = (heads_ & bit_of(first_)) != 0;
    ++first_;
    const bool last = answer.goes_on || finished();
    out.add(answer.response, {.head = head, .close = last, .open_ended = answer.goes_on});
    if (!answer.goes_on) return;
    goes_on_ = true;
    first_ = next_;
    early_.clear();
    held_bytes_ = 0;
}

bool AnswerOrder::write_early(Output& out) {
    const auto found = std::ranges::find(early_, first_, &Early::request);
    if (found == early_.end()) return false;
    const Early answer = std::move(*found);
    early_.erase(found);
    held_bytes_ -= bytes_of(answer.response);
    write(answer, out);
    return true;
}

}  // namespace playhead::http
