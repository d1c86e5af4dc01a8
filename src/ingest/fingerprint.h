// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "event/event_type.h"

// Hashes of JSON values for event::Event::fingerprint: equal values have equal hashes, whatever
// their spelling, order of members and white space. Stored with sessions, so the results must never
// change; a test holds some of them. Not for security: whoever makes two equal ones harms only
// their own session.
namespace playhead::ingest::fingerprint {

constexpr uint64_t of_null = 0x6c8e9cf570932bd5;
constexpr uint64_t of_true = 0x9d39247e33776d41;
constexpr uint64_t of_false = 0x2af7398005aaa5c7;
constexpr uint64_t empty_array = 0x44db015024623547;

// Mixes every bit of `value` into every bit of the result; a bijection.
constexpr uint64_t scatter(uint64_t value) {
    value ^= value >> 32;
    value *= 0xe9846af9b1a615d;
    value ^= value >> 32;
    value *= 0xe9846af9b1a615d;
    value ^= value >> 28;
    return value;
}

// Depends on the order of the two.
constexpr uint64_t combine(uint64_t first, uint64_t second) {
    return scatter((std::rotl(first, 29) ^ 0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd + second);
}

inline uint64_t of_text(std::string_view text) {
    uint64_t hash = 0x8445d61a4e774912 ^ (text.size() * 0xff51afd7ed558ccd);
    const char* at = text.data();
    size_t left = text.size();
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word;
        std::memcpy(&word, at, sizeof word);
        hash = (hash ^ word) * 0x9fb21c651e98df25;
        hash ^= hash >> 35;
    }
    uint64_t rest = 0;
    if (left > 0) std::memcpy(&rest, at, left);
    return scatter((hash ^ rest) * 0x9fb21c651e98df25);
}

constexpr uint64_t of_integer(int64_t value) {
    return scatter(std::bit_cast<uint64_t>(value) ^ 0x1b873593cc9e2d51);
}

// For numbers that are not integers of 64 bits; those go through of_integer, so that 3.0 equals 3.
inline uint64_t of_real(double value) {
    return scatter(std::bit_cast<uint64_t>(value) ^ 0x52dce729da3ed7a9);
}

// The members of an object are added up, which forgets their order; the sum of none is 0.
constexpr uint64_t of_member(uint64_t name, uint64_t value) {
    return combine(name, value);
}

constexpr uint64_t of_object(uint64_t sum_of_members) {
    return scatter(sum_of_members ^ 0x3c6ef372fe94f82b);
}

// `parts`: the sums of members of playerTime, params, qoeData and customMetadata, in this order.
constexpr uint64_t of_event(event::EventType type, std::initializer_list<uint64_t> parts) {
    uint64_t hash = of_integer(static_cast<int64_t>(type));
    for (const uint64_t part : parts) hash = combine(hash, part);
    return hash;
}

}  // namespace playhead::ingest::fingerprint
