// SPDX-License-Identifier: Apache-2.0
#include "http/usual_head.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "base/byte_word.h"
#include "base/bytes.h"
#include "base/canary.h"
#include "http/ascii.h"

namespace playhead::http {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr size_t most_length_digits = 8;

// The lowest mark is at the first byte that no value has (base/byte_word.h).
constexpr uint64_t ends_of_value(uint64_t word) {
    return (base::marks_below(word, ' ') | base::marks_equal(word, 0x7f) | word) & base::byte_marks;
}

// Likewise, of a target; '#' would begin what is never sent.
constexpr uint64_t ends_of_target(uint64_t word) {
    return (base::marks_below(word, ' ' + 1) | base::marks_equal(word, 0x7f) |
            base::marks_equal(word, '#') | word) &
           base::byte_marks;
}

constexpr std::array<bool, 256> is_in_name = [] {
    std::array<bool, 256> made{};
    for (unsigned char c = '0'; c <= '9'; ++c) made[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) made[c] = made[c - 'a' + 'A'] = true;
    made['-'] = made['_'] = true;
    return made;
}();

// Cuts what is read from the front of what is left; all give an empty text, or false, at what they
// do not know.
class Reader {
  public:
    explicit Reader(std::string_view bytes)
        : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

    size_t consumed() const { return static_cast<size_t>(at_ - begin_); }

    bool take(std::string_view text) {
        if (!std::string_view(at_, end_).starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    std::string_view target() { return cut_at<ends_of_target>(); }

    std::string_view name() {
        const char* const from = at_;
        while (at_ < end_ && is_in_name[static_cast<unsigned char>(*at_)]) ++at_;
        return {from, at_};
    }

    // With the blanks around it off.
    std::string_view value() { return trimmed(cut_at<ends_of_value>()); }

  private:
    template <uint64_t (*ends)(uint64_t)>
    std::string_view cut_at() {
        const char* const from = at_;
        uint64_t found = 0;
        while (at_ < end_ && (found = ends(base::read_little<uint64_t>(at_))) == 0) at_ += 8;
        // The last word may go on behind the end.
        at_ = std::min(found == 0 ? at_ : at_ + std::countr_zero(found) / 8, end_);
        return {from, at_};
    }

    const char* begin_;
    const char* at_;
    const char* end_;
};

// What the headers say of the message.
struct Said {
    size_t hosts = 0;
    size_t lengths = 0;
    size_t body_size = 0;
};

bool read_length(std::string_view text, size_t& length) {
    if (text.size() > most_length_digits) return false;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return false;
        length = length * 10 + static_cast<size_t>(digit - '0');
    }
    return true;
}

// False when the header is one for the grammar.
bool is_usual(const Header& header, Said& said) {
    switch (header.name.size()) {
        case 4:
            if (same_text(header.name, "host")) ++said.hosts;
            return true;
        case 6:
            return !same_text(header.name, "expect");
        case 7:
            return !same_text(header.name, "upgrade");
        case 10:
            return !same_text(header.name, "connection") || same_text(header.value, "keep-alive");
        case 14:
            if (!same_text(header.name, "content-length")) return true;
            return ++said.lengths == 1 && read_length(header.value, said.body_size);
        case 16:
            return !same_text(header.name, "proxy-connection");
        case 17:
            if constexpr (PLAYHEAD_CANARY(takes_any_coding)) return true;
            return !same_text(header.name, "transfer-encoding");
        default:
            return true;
    }
}

}  // namespace

std::optional<UsualHead> read_usual_head(std::string_view bytes, std::vector<Header>& headers) {
    headers.clear();
    Reader reader(bytes);
    if (!reader.take("POST ")) return std::nullopt;
    const std::string_view target = reader.target();
    if (!target.starts_with('/') || !reader.take(" HTTP/1.1\r\n")) return std::nullopt;
    Said said;
    while (!reader.take(line_end)) {
        const std::string_view name = reader.name();
        if (name.empty() || !reader.take(":")) return std::nullopt;
        const Header header{name, reader.value()};
        if (header.value.empty() || !reader.take(line_end)) return std::nullopt;
        if (headers.size() == headers.capacity() || !is_usual(header, said)) return std::nullopt;
        headers.push_back(header);
    }
    if (said.hosts != 1) return std::nullopt;
    return UsualHead{.target = target, .size = reader.consumed(), .body_size = said.body_size};
}

}  // namespace playhead::http
