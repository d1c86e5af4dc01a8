// SPDX-License-Identifier: Apache-2.0
#include "session/event_counts.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "session/archive.h"
#include "session/number_log.h"

namespace playhead::session {
namespace {

// One byte for what was used.
constexpr uint64_t types = 32;
static_assert(event::event_type_count <= types);

// One more than this in the lowest byte of a number is another number of bytes, or of the others.
constexpr int most_of_byte = 0x7f;

uint64_t pair_of(event::EventType type, VerdictCode verdict) {
    return static_cast<uint64_t>(verdict) * types + static_cast<uint64_t>(type);
}

}  // namespace

// The three numbers of a pair, and where its count begins and ends.
struct EventCounts::Entry {
    uint64_t pair = 0;
    uint64_t first = 0;
    uint64_t count = 0;
    size_t count_begin = 0;
    size_t count_end = 0;
};

class EventCounts::EntryReader {
  public:
    explicit EntryReader(std::string_view packed) : size_(packed.size()), numbers_(packed) {}

    bool next(Entry& entry) {
        uint64_t step = 0;
        if (!numbers_.next(entry.pair) || !numbers_.next(step)) return false;
        entry.first = first_ += packing::unzigzag(step);
        entry.count_begin = size_ - numbers_.rest().size();
        if (!numbers_.next(entry.count)) return false;
        entry.count_end = size_ - numbers_.rest().size();
        return true;
    }

    // Of the pair that was read last.
    uint64_t first() const { return first_; }

  private:
    size_t size_;
    NumberReader numbers_;
    uint64_t first_ = 0;
};

void EventCounts::add(event::EventType type, VerdictCode verdict, uint64_t offset) {
    CHECK(static_cast<size_t>(verdict) < fold_code_count);
    const bool is_recent = type == recent_type_ && verdict == recent_verdict_ && recent_ != none &&
                           recent_ < packed_.size();
    if (is_recent && (packed_[recent_] & most_of_byte) != most_of_byte) {
        ++packed_[recent_];
        return;
    }
    const uint64_t pair = pair_of(type, verdict);
    EntryReader entries(packed_);
    Entry entry;
    while (entries.next(entry)) {
        if (entry.pair != pair) continue;
        recent_ = entry.count_begin < none ? static_cast<uint8_t>(entry.count_begin) : none;
        recent_type_ = type;
        recent_verdict_ = verdict;
        return increment(entry);
    }
    append_number(packed_, pair);
    append_number(packed_, packing::zigzag(offset - entries.first()));
    append_number(packed_, 1);
}

void EventCounts::increment(const Entry& entry) {
    char& lowest = packed_[entry.count_begin];
    if ((lowest & most_of_byte) != most_of_byte) {
        ++lowest;
        return;
    }
    std::string count;
    append_number(count, entry.count + 1);
    packed_.replace(entry.count_begin, entry.count_end - entry.count_begin, count);
}

std::vector<EventCount> EventCounts::list() const {
    std::vector<EventCount> all;
    EntryReader entries(packed_);
    Entry entry;
    while (entries.next(entry)) {
        const uint64_t type = entry.pair % types;
        const uint64_t verdict = entry.pair / types;
        if (type >= event::event_type_count || verdict >= fold_code_count) continue;
        all.push_back({.type = static_cast<event::EventType>(type),
                       .verdict = static_cast<VerdictCode>(verdict),
                       .count = static_cast<int64_t>(entry.count),
                       .first_offset = entry.first});
    }
    std::ranges::sort(all, {},
                      [](const EventCount& each) { return std::tuple(each.type, each.verdict); });
    return all;
}

}  // namespace playhead::session
