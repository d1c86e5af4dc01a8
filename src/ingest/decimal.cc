// SPDX-License-Identifier: Apache-2.0
#include "ingest/decimal.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include "base/canary.h"

namespace playhead::ingest {
namespace {

// More digits than this cannot be an integer of 64 bits.
constexpr int64_t most_digits = 19;

// Beyond this an exponent only says "far too large" or "far too small".
constexpr int64_t exponent_cap = int64_t{1} << 40;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A number as sign, digits and the power of ten of its first digit. Leading zeros are left out;
// `digits` may still contain the point.
struct Decimal {
    bool negative = false;
    std::string_view digits;
    int64_t first_power = 0;
    bool is_zero = true;
    bool has_fraction = false;
};

int64_t exponent_at(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    int64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) break;
        value = std::min(value * 10 + (c - '0'), exponent_cap);
    }
    return negative ? -value : value;
}

Decimal parse(std::string_view token) {
    Decimal result;
    if (!token.empty() && token[0] == '-') {
        result.negative = true;
        token.remove_prefix(1);
    }
    size_t end = 0;
    size_t point = std::string_view::npos;
    size_t first = std::string_view::npos;
    size_t last = 0;
    for (; end < token.size() && (is_digit(token[end]) || token[end] == '.'); ++end) {
        if (token[end] == '.') {
            point = end;
        } else if (token[end] != '0') {
            if (first == std::string_view::npos) first = end;
            last = end;
        }
    }
    if (first == std::string_view::npos) return result;
    result.is_zero = false;
    if (point == std::string_view::npos) point = end;
    const bool has_exponent = end < token.size() && (token[end] == 'e' || token[end] == 'E');
    const int64_t exponent = has_exponent ? exponent_at(token.substr(end + 1)) : 0;
    const auto power_at = [&](size_t at) {
        const auto distance = static_cast<int64_t>(point) - static_cast<int64_t>(at);
        return exponent + (distance > 0 ? distance - 1 : distance);
    };
    result.digits = token.substr(first, last - first + 1);
    result.first_power = power_at(first);
    result.has_fraction = power_at(last) < 0;
    return result;
}

std::optional<int64_t> whole_part(const Decimal& decimal) {
    if (decimal.is_zero || decimal.first_power < 0) return 0;
    if (decimal.first_power >= most_digits) return std::nullopt;
    uint64_t value = 0;
    size_t at = 0;
    for (int64_t power = decimal.first_power; power >= 0; --power) {
        if (at < decimal.digits.size() && decimal.digits[at] == '.') ++at;
        value *= 10;
        if (at < decimal.digits.size()) value += static_cast<uint64_t>(decimal.digits[at++] - '0');
    }
    constexpr auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    if (value > most + (decimal.negative ? 1 : 0)) return std::nullopt;
    return static_cast<int64_t>(decimal.negative ? 0 - value : value);
}

// Takes the digits off the front; says whether there was one.
bool take_digits(std::string_view& text) {
    const size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count > 0;
}

// RFC 8259 section 6.
bool is_grammatical(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.size() > 1 && text[0] == '0' && is_digit(text[1])) return false;
    if (!take_digits(text)) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!take_digits(text)) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (!take_digits(text)) return false;
    }
    return text.empty();
}

}  // namespace

std::optional<int64_t> exact_integer(std::string_view token) {
    const Decimal decimal = parse(token);
    constexpr bool takes_fractions = PLAYHEAD_CANARY(takes_a_fraction_for_an_integer);
    if (decimal.has_fraction && !takes_fractions) return std::nullopt;
    return whole_part(decimal);
}

std::optional<int64_t> truncated_integer(std::string_view token) {
    return whole_part(parse(token));
}

std::optional<double> nearest_double(std::string_view token) {
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    if (!is_grammatical(token)) return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    if (read.ec == std::errc()) return value;
    if (parse(token).first_power > 0) return std::nullopt;
    return token[0] == '-' ? -0.0 : 0.0;
}

}  // namespace playhead::ingest
