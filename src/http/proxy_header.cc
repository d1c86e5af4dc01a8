// SPDX-License-Identifier: Apache-2.0
#include "http/proxy_header.h"

#include <algorithm>
#include <array>

#include "base/canary.h"

namespace playhead::http {
namespace {

using Outcome = ProxyHeader::Outcome;

constexpr std::string_view text_begins = "PROXY ";
constexpr std::string_view binary_begins("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t binary_head = 16;

constexpr ProxyHeader refused{.outcome = Outcome::refused};

// The next word of a line whose words stand apart by one space each; empty at its end.
std::string_view next_word(std::string_view& line) {
    const size_t space = line.find(' ');
    const std::string_view word = line.substr(0, space);
    line.remove_prefix(space == line.npos ? line.size() : space + 1);
    return word;
}

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) return false;
    unsigned number = 0;
    for (const char letter : text) {
        if (letter < '0' || letter > '9') return false;
        number = number * 10 + static_cast<unsigned>(letter - '0');
    }
    return number <= 65535;
}

// "TCP4 192.0.2.1 192.0.2.9 56324 443", without the line's end.
ProxyHeader read_line(std::string_view line, size_t size) {
    const std::string_view family = next_word(line);
    if (family == "UNKNOWN") return {.outcome = Outcome::complete, .size = size};
    if (family != "TCP4" && family != "TCP6") return refused;
    const bool colons = family == "TCP6";
    std::array<std::optional<Address>, 2> ends;
    for (auto& end : ends) {
        const std::string_view word = next_word(line);
        if ((word.find(':') != word.npos) != colons) return refused;
        end = Address::from(word);
        if (!end) return refused;
    }
    const std::string_view from = next_word(line);
    // What stands behind it, also a space at its end, makes it no port.
    if (!is_port(from) || !is_port(line)) return refused;
    return {.outcome = Outcome::complete, .size = size, .client = ends[0]};
}

ProxyHeader read_text(std::string_view bytes) {
    const std::string_view looked_at = bytes.substr(0, ProxyHeader::most_text_bytes);
    const size_t end = looked_at.find("\r\n");
    if (end == looked_at.npos) {
        return looked_at.size() < ProxyHeader::most_text_bytes ? ProxyHeader() : refused;
    }
    return read_line(looked_at.substr(text_begins.size(), end - text_begins.size()), end + 2);
}

// Of a complete header: what its addresses say. Nothing when they are of another kind, which may
// still be a good header.
std::optional<Address> source_of(unsigned family, std::string_view addresses) {
    Address address;
    if (family == 1) {
        std::array<uint8_t, 4> four{};
        std::copy_n(addresses.begin(), four.size(), four.begin());
        return Address::from_four(four);
    }
    if (family != 2) return std::nullopt;
    std::copy_n(addresses.begin(), address.bytes.size(), address.bytes.begin());
    return address;
}

ProxyHeader read_binary(std::string_view bytes) {
    constexpr std::array<size_t, 4> address_bytes = {0, 12, 36, 216};  // by family
    constexpr unsigned stream = 1;
    if (bytes.size() < binary_head) return {};
    const auto number_at = [&](size_t at) {
        return unsigned{static_cast<unsigned char>(bytes[at])};
    };
    const unsigned version = number_at(12) >> 4;
    const unsigned command = number_at(12) & 15;
    const unsigned family = number_at(13) >> 4;
    const unsigned transport = number_at(13) & 15;
    const size_t behind = number_at(14) << 8 | number_at(15);
    const size_t size = binary_head + behind;
    if (version != 2 || command > 1 || size > ProxyHeader::most_binary_bytes) return refused;
    if (family >= address_bytes.size() || transport > 2) return refused;
    const bool is_local = command == 0;
    if (!is_local && behind < address_bytes[family]) return refused;
    constexpr size_t missing = PLAYHEAD_CANARY(ends_a_byte_early) ? 1 : 0;
    if (bytes.size() + missing < size) return {};
    ProxyHeader header{.outcome = Outcome::complete, .size = size};
    if (!is_local && transport == stream)
        header.client = source_of(family, bytes.substr(binary_head));
    return header;
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes) {
    const auto begins = [&](std::string_view with) {
        const size_t common = std::min(bytes.size(), with.size());
        return bytes.substr(0, common) == with.substr(0, common);
    };
    if (begins(binary_begins)) return read_binary(bytes);
    if (!begins(text_begins)) return refused;
    return bytes.size() < text_begins.size() ? ProxyHeader() : read_text(bytes);
}

}  // namespace playhead::http
