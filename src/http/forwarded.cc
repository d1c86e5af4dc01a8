// SPDX-License-Identifier: Apache-2.0
#include "http/forwarded.h"

#include <string_view>
#include <utility>

#include "http/ascii.h"

namespace playhead::http {
namespace {

// Takes off the part of `list` behind its last separator that is not in quotes. A quote within
// quotes is written \" and never part of an address; who sends one gets a wrong cut and nothing
// that is believed.
std::string_view take_last(std::string_view& list, char separator) {
    bool quoted = false;
    for (size_t at = list.size(); at > 0; --at) {
        const char letter = list[at - 1];
        if (letter == '"') quoted = !quoted;
        if (letter != separator || quoted) continue;
        const std::string_view last = list.substr(at);
        list = list.substr(0, at - 1);
        return last;
    }
    return std::exchange(list, std::string_view());
}

// "192.0.2.43", "192.0.2.43:4711", "[2001:db8::1]", "[2001:db8::1]:4711"; the last three in quotes.
std::optional<Address> node_of(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    if (value.starts_with('[')) {
        const size_t end = value.find(']');
        if (end == value.npos) return std::nullopt;
        const std::string_view behind = value.substr(end + 1);
        if (!behind.empty() && behind.front() != ':') return std::nullopt;
        const auto address = Address::from(value.substr(1, end - 1));
        return address && value.find(':') < end ? address : std::nullopt;
    }
    const std::string_view host = value.substr(0, value.find(':'));
    return Address::from(host);
}

// Of one element, "for=192.0.2.43;proto=https".
std::optional<Address> client_of(std::string_view element) {
    std::optional<Address> found;
    while (!element.empty()) {
        const std::string_view pair = trimmed(take_last(element, ';'));
        const size_t equals = pair.find('=');
        if (equals == pair.npos || !same_text(pair.substr(0, equals), "for")) continue;
        if (found) return std::nullopt;
        found = node_of(pair.substr(equals + 1));
        if (!found) return std::nullopt;
    }
    return found;
}

}  // namespace

std::optional<Address> forwarded_client(std::span<const Header> headers,
                                        std::span<const AddressRange> proxies) {
    std::optional<Address> nearest;
    for (; !headers.empty(); headers = headers.first(headers.size() - 1)) {
        if (!same_text(headers.back().name, "Forwarded")) continue;
        std::string_view list = headers.back().value;
        while (!list.empty()) {
            const auto client = client_of(take_last(list, ','));
            if (!client) return std::nullopt;
            nearest = client;
            if (!is_within(proxies, *client)) return nearest;
        }
    }
    return nearest;
}

}  // namespace playhead::http
