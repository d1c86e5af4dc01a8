// SPDX-License-Identifier: Apache-2.0
#include "app/erasure_record.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"

namespace playhead::app {
namespace {

constexpr char begun_number = 1;
constexpr char replaces_number = 2;
constexpr char finished_number = 3;

template <size_t size>
void append(std::string& to, const std::array<uint8_t, size>& bytes) {
    to.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append(std::string& to, uint64_t number) {
    char bytes[sizeof number];
    base::write_little(bytes, number);
    to.append(bytes, sizeof bytes);
}

// Takes values off the front; once there are too few bytes all that follows is zero.
class Taking {
  public:
    explicit Taking(std::string_view bytes) : rest_(bytes) {}

    template <size_t size>
    void take(std::array<uint8_t, size>& into) {
        if (!has(size)) return;
        std::memcpy(into.data(), rest_.data(), size);
        rest_.remove_prefix(size);
    }

    void take(uint64_t& into) {
        if (!has(sizeof into)) return;
        into = base::read_little<uint64_t>(rest_.data());
        rest_.remove_prefix(sizeof into);
    }

    bool at_end() const { return !failed_ && rest_.empty(); }

    bool failed() const { return failed_; }

  private:
    bool has(size_t bytes) {
        failed_ = failed_ || rest_.size() < bytes;
        return !failed_;
    }

    std::string_view rest_;
    bool failed_ = false;
};

std::string encode(const ErasureBegun& record) {
    std::string body(1, begun_number);
    append(body, record.id);
    for (const uint64_t number : {record.first, record.sessions, record.records, record.rows}) {
        append(body, number);
    }
    // In one order, so that the same erasure is the same bytes.
    std::vector<SessionMark> sorted(record.marks.begin(), record.marks.end());
    std::ranges::sort(sorted);
    for (const SessionMark& mark : sorted) append(body, mark);
    return body;
}

std::string encode(const ErasureReplaces& record) {
    std::string body(1, replaces_number);
    append(body, record.id);
    append(body, record.segment.first);
    append(body, record.segment.before);
    append(body, record.segment.after);
    return body;
}

std::string encode(const ErasureFinished& record) {
    std::string body(1, finished_number);
    append(body, record.id);
    return body;
}

std::optional<ErasureRecord> decode_begun(Taking bytes) {
    ErasureBegun record;
    bytes.take(record.id);
    bytes.take(record.first);
    bytes.take(record.sessions);
    bytes.take(record.records);
    bytes.take(record.rows);
    while (!bytes.failed() && !bytes.at_end()) {
        SessionMark mark{};
        bytes.take(mark);
        record.marks.insert(mark);
    }
    if (bytes.failed() || record.marks.size() != record.sessions) return std::nullopt;
    return record;
}

std::optional<ErasureRecord> decode_replaces(Taking bytes) {
    ErasureReplaces record;
    bytes.take(record.id);
    bytes.take(record.segment.first);
    bytes.take(record.segment.before);
    bytes.take(record.segment.after);
    if (!bytes.at_end()) return std::nullopt;
    return record;
}

std::optional<ErasureRecord> decode_finished(Taking bytes) {
    ErasureFinished record;
    bytes.take(record.id);
    if (!bytes.at_end()) return std::nullopt;
    return record;
}

}  // namespace

size_t HashOfMark::operator()(const SessionMark& mark) const {
    return base::read_little<size_t>(reinterpret_cast<const char*>(mark.data()));
}

SessionMark mark_of(const event::SessionId& id) {
    base::Sha256Stream stream;
    stream.add(id.text());
    const base::Sha256 hash = stream.digest();
    SessionMark mark{};
    std::copy_n(hash.begin(), mark.size(), mark.begin());
    return mark;
}

std::string encode_erasure(const ErasureRecord& record) {
    return std::visit([](const auto& one) { return encode(one); }, record);
}

std::optional<ErasureRecord> decode_erasure(std::string_view body) {
    if (body.empty()) return std::nullopt;
    const Taking bytes(body.substr(1));
    switch (body.front()) {
        case begun_number:
            return decode_begun(bytes);
        case replaces_number:
            return decode_replaces(bytes);
        case finished_number:
            return decode_finished(bytes);
        default:
            return std::nullopt;
    }
}

}  // namespace playhead::app
