// SPDX-License-Identifier: Apache-2.0
#include "event/record.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace playhead::event {
namespace {

constexpr size_t header_bytes = record_bytes(0);

}  // namespace

void encode(const Record& record, std::string& to) {
    const size_t start = to.size();
    to.resize(start + record_bytes(record.body.size()));
    char* at = to.data() + start;
    at = base::write_little(at, static_cast<uint8_t>(record.kind));
    at = base::write_little(at, record.received_at);
    at = base::write_little(at, record.uptime_ms);
    std::memcpy(at, record.session.bytes.data(), record.session.bytes.size());
    at += record.session.bytes.size();
    if (!record.body.empty()) std::memcpy(at, record.body.data(), record.body.size());
}

void erase(std::span<char> bytes, uint64_t events) {
    if (bytes.size() < header_bytes) return;
    constexpr size_t times_end = 1 + 8 + 8;
    bytes[0] = static_cast<char>(Record::Kind::erased);
    std::fill(bytes.begin() + times_end, bytes.end(), '\0');
    if (bytes.size() >= header_bytes + sizeof events) {
        base::write_little(bytes.data() + header_bytes, events);
    }
}

uint64_t erased_events(const Record& erased) {
    if (erased.body.size() < sizeof(uint64_t)) return 1;
    return base::read_little<uint64_t>(erased.body.data());
}

std::optional<Record> decode(std::string_view bytes) {
    if (bytes.size() < header_bytes) return std::nullopt;
    Record record;
    const char* at = bytes.data();
    const auto kind = base::read_little<uint8_t>(at);
    if (kind < static_cast<uint8_t>(Record::Kind::session_start) ||
        kind > static_cast<uint8_t>(Record::Kind::erased)) {
        return std::nullopt;
    }
    record.kind = static_cast<Record::Kind>(kind);
    record.received_at = base::read_little<int64_t>(at + 1);
    record.uptime_ms = base::read_little<int64_t>(at + 9);
    std::memcpy(record.session.bytes.data(), at + 17, record.session.bytes.size());
    record.body = bytes.substr(header_bytes);
    return record;
}

}  // namespace playhead::event
