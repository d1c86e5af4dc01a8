// SPDX-License-Identifier: Apache-2.0
#include "http/answer_order.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/response.h"

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

void AnswerOrder::answer(uint64_t request, Response&& response, std::string& out) {
    CHECK(request >= first_ && request < next_);
    if (request != first_) {
        held_bytes_ += bytes_of(response);
        early_.push_back({request, std::move(response)});
        return;
    }
    write(response, out);
    while (!early_.empty() && write_early(out)) continue;
}

void AnswerOrder::write(const Response& response, std::string& out) {
    const bool head = (heads_ & bit_of(first_)) != 0;
    ++first_;
    append_response(out, response, {.head = head, .close = finished()});
}

bool AnswerOrder::write_early(std::string& out) {
    const auto found = std::ranges::find(early_, first_, &Early::request);
    if (found == early_.end()) return false;
    held_bytes_ -= bytes_of(found->response);
    write(found->response, out);
    early_.erase(found);
    return true;
}

}  // namespace playhead::http
