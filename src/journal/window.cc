// SPDX-License-Identifier: Apache-2.0
#include "journal/window.h"

#include <algorithm>
#include <bit>

namespace playhead::journal {
namespace {

constexpr size_t piece_bytes = 256 * 1024;

}  // namespace

base::Result<std::string_view> Window::view(const base::File& file, uint64_t at, size_t count,
                                            uint64_t limit) {
    if (at >= limit) return std::string_view();
    count = std::min<uint64_t>(count, limit - at);
    if (at < begin_ || at + count > begin_ + held_) {
        const size_t read = std::min<uint64_t>(std::max(count, piece_bytes), limit - at);
        const bool too_large = buffer_.size() > piece_bytes && read <= piece_bytes;
        if (buffer_.size() < read || too_large) buffer_ = std::vector<char>(std::bit_ceil(read));
        held_ = 0;
        const auto got = file.read(at, {buffer_.data(), read});
        if (!got) return std::unexpected(got.error());
        begin_ = at;
        held_ = *got;
    }
    const size_t from = at - begin_;
    if (from >= held_) return std::string_view();
    return std::string_view(buffer_.data() + from, std::min(count, held_ - from));
}

void Window::forget() {
    begin_ = 0;
    held_ = 0;
}

}  // namespace playhead::journal
