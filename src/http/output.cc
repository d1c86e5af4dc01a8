// SPDX-License-Identifier: Apache-2.0
#include "http/output.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/options.h"

namespace playhead::http {
namespace {

constexpr size_t buffer_bytes = 1024;

}  // namespace

std::string_view OutputPool::common_bytes(const Response& response, Framing framing) {
    const bool has_own = !response.headers.empty() || !response.body.empty();
    if (has_own || framing.head || framing.close || framing.open_ended) return {};
    const auto is_it = [&](const Common& each) {
        return each.status == response.status &&
               each.fixed_headers.data() == response.fixed_headers.data() &&
               each.fixed_headers.size() == response.fixed_headers.size();
    };
    const auto found = std::ranges::find_if(common_, is_it);
    if (found != common_.end()) return found->bytes;
    if (common_.size() == most_common) return {};
    Common& made = common_.emplace_back(response.status, response.fixed_headers);
    append_response(made.bytes, response, framing);
    return made.bytes;
}

void OutputPool::lend(std::string& buffer) {
    if (spares_.empty()) {
        buffer.reserve(buffer_bytes);
        return;
    }
    // In place: a copy on its way would wait for what was written before it.
    buffer = std::move(spares_.back());
    spares_.pop_back();
}

void OutputPool::take_back(std::string& buffer) {
    if (buffer.capacity() > small_bytes || spares_.size() >= most_spares) {
        std::string().swap(buffer);
        return;
    }
    buffer.clear();
    spares_.push_back(std::move(buffer));
    buffer.clear();
}

void Output::add(const Response& response, Framing framing) {
    if (empty()) {
        common_ = pool_.common_bytes(response, framing);
        if (!common_.empty()) return;
    }
    append_response(own(), response, framing);
}

void Output::add(std::string_view bytes) {
    if (!bytes.empty()) own() += bytes;
}

// Where to append to.
std::string& Output::own() {
    if (!has_buffer()) pool_.lend(own_);
    if (sent_ > own_.size() / 2) own_.erase(0, std::exchange(sent_, 0));
    own_ += std::exchange(common_, {});
    return own_;
}

void Output::sent(size_t bytes) {
    CHECK(bytes <= size());
    if (!common_.empty()) {
        common_.remove_prefix(bytes);
        return;
    }
    sent_ += bytes;
    if (sent_ == own_.size()) clear();
}

void Output::clear() {
    common_ = {};
    sent_ = 0;
    if (has_buffer()) pool_.take_back(own_);
}

}  // namespace playhead::http
