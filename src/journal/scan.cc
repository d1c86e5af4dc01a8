// SPDX-License-Identifier: Apache-2.0
#include "journal/scan.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/bytes.h"
#include "journal/window.h"

namespace playhead::journal {
namespace {

constexpr size_t piece_bytes = 256 * 1024;

// Works in offsets.
class SegmentScanner {
  public:
    SegmentScanner(const base::File& file, const SegmentHeader& header)
        : file_(file), header_(header) {}

    base::Result<Scan> run(std::optional<Offset> sealed_end, Offset committed);
    base::Result<Offset> resume(Offset at, Offset limit);

  private:
    enum class Found : uint8_t { record, damaged_record, nothing };

    FramePlace place(Offset at) const { return {header_.salt, header_.first, at}; }

    uint64_t position(Offset at) const { return header_bytes + (at - header_.first); }

    base::Result<std::string_view> view(Offset at, size_t count) {
        return window_.view(file_, position(at), count, position(limit_));
    }

    base::Result<Found> look(Offset at);
    base::Result<void> take_frames();
    base::Result<bool> prove(Offset at);
    base::Result<void> report(Offset at);
    base::Result<Offset> behind(Offset at);
    base::Result<std::optional<Offset>> find_head(Offset from);
    base::Result<void> find_used(Offset from);

    const base::File& file_;
    const SegmentHeader header_;
    Window window_;
    Offset limit_ = 0;            // where frames end at the latest
    Offset committed_ = 0;        // where they end at the earliest, as others know
    std::optional<Offset> used_;  // nothing but zeros from here to limit_
    FrameHead head_;              // of the frame that look() found
    Offset at_ = 0;
    Scan scan_;
};

base::Result<Scan> SegmentScanner::run(std::optional<Offset> sealed_end, Offset committed) {
    const auto size = file_.size();
    if (!size) return std::unexpected(size.error());
    const uint64_t room = *size > header_bytes ? *size - header_bytes : 0;
    limit_ = sealed_end.value_or(header_.first + room);
    at_ = header_.first;
    used_ = sealed_end;
    committed_ = sealed_end.value_or(std::clamp(committed, header_.first, limit_));
    scan_.proven = committed_;
    while (at_ < limit_) {
        if (auto taken = take_frames(); !taken) return std::unexpected(taken.error());
        if (at_ >= limit_) break;
        if (auto found = find_used(at_); !found) return std::unexpected(found.error());
        const auto durable = prove(at_);
        if (!durable) return std::unexpected(durable.error());
        if (!*durable) break;
        // A writer beside us may have been in the middle of these bytes when they were read; now
        // that they are known to be durable, they read as they are.
        window_.forget();
        const auto found = look(at_);
        if (!found) return std::unexpected(found.error());
        if (*found == Found::record) continue;
        if (auto told = report(at_); !told) return std::unexpected(told.error());
    }
    scan_.end = at_;
    scan_.torn_bytes = used_ && *used_ > at_ ? *used_ - at_ : 0;
    scan_.proven = std::min(scan_.proven, scan_.end);
    return std::move(scan_);
}

base::Result<SegmentScanner::Found> SegmentScanner::look(Offset at) {
    const auto bytes = view(at, frame_head_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->size() < frame_head_bytes) return Found::nothing;
    const auto head = decode_frame_head(bytes->data(), place(at));
    if (!head || head->frame_bytes() > limit_ - at) return Found::nothing;
    head_ = *head;
    const auto record = view(at + frame_head_bytes, head->length);
    if (!record) return std::unexpected(record.error());
    return record_fits(head_, *record) ? Found::record : Found::damaged_record;
}

// Goes on to the first place without a valid frame.
base::Result<void> SegmentScanner::take_frames() {
    while (at_ < limit_) {
        const auto found = look(at_);
        if (!found) return std::unexpected(found.error());
        if (*found != Found::record) return {};
        ++scan_.records;
        scan_.record_bytes += head_.length;
        scan_.last_record = at_;
        scan_.proven = std::max(scan_.proven, at_ - head_.back);
        at_ += head_.frame_bytes();
    }
    return {};
}

// Whether the bytes at `at` were ever durable: something behind was written knowing that they were.
base::Result<bool> SegmentScanner::prove(Offset at) {
    Offset from = at + 1;
    while (scan_.proven <= at) {
        const auto next = find_head(from);
        if (!next) return std::unexpected(next.error());
        if (!*next) return false;
        scan_.proven = std::max(scan_.proven, **next - head_.back);
        from = **next + head_.frame_bytes();
    }
    return true;
}

// Tells the damage at `at` and goes on behind it.
base::Result<void> SegmentScanner::report(Offset at) {
    const auto next = behind(at);
    if (!next) return std::unexpected(next.error());
    ++scan_.damage_count;
    if (scan_.damage.size() < damages_kept) scan_.damage.push_back({at, *next});
    at_ = *next;
    return {};
}

// Where the next record may begin when the one at `at` cannot be read.
base::Result<Offset> SegmentScanner::behind(Offset at) {
    const auto bytes = view(at, frame_head_bytes);
    if (!bytes) return std::unexpected(bytes.error());
    std::optional<FrameHead> head;
    if (bytes->size() == frame_head_bytes) head = decode_frame_head(bytes->data(), place(at));
    if (head && head->frame_bytes() <= limit_ - at) return at + head->frame_bytes();
    const auto found = find_head(at + 1);
    if (!found) return std::unexpected(found.error());
    return found->value_or(committed_);
}

base::Result<Offset> SegmentScanner::resume(Offset at, Offset limit) {
    limit_ = limit;
    committed_ = limit;
    used_ = limit;
    const auto found = look(at);
    if (!found) return std::unexpected(found.error());
    if (*found == Found::record) return at;
    return behind(at);
}

// The next place from `from` on where a frame's head fits; head_ is then that head.
base::Result<std::optional<Offset>> SegmentScanner::find_head(Offset from) {
    while (from < *used_) {
        const auto bytes = view(from, piece_bytes);
        if (!bytes) return std::unexpected(bytes.error());
        if (bytes->size() < frame_head_bytes) return std::nullopt;
        const size_t places = bytes->size() - frame_head_bytes + 1;
        for (size_t i = 0; i < places; ++i) {
            const auto head = decode_frame_head(bytes->data() + i, place(from + i));
            if (!head || head->frame_bytes() > limit_ - (from + i)) continue;
            head_ = *head;
            return from + i;
        }
        from += places;
    }
    return std::nullopt;
}

// The last segment is full of zeros behind its frames; to know that is much cheaper than to search.
base::Result<void> SegmentScanner::find_used(Offset from) {
    static constexpr char zeros[4096] = {};
    if (used_) return {};
    Offset used = from;
    while (from < limit_) {
        const auto bytes = view(from, piece_bytes);
        if (!bytes) return std::unexpected(bytes.error());
        if (bytes->empty()) break;
        for (size_t i = 0; i < bytes->size(); i += sizeof zeros) {
            const std::string_view part = bytes->substr(i, sizeof zeros);
            if (std::memcmp(part.data(), zeros, part.size()) == 0) continue;
            used = from + i + part.find_last_not_of('\0') + 1;
        }
        from += bytes->size();
    }
    used_ = used;
    return {};
}

}  // namespace

base::Result<Scan> scan_segment(const base::File& file, const SegmentHeader& header,
                                std::optional<Offset> sealed_end, Offset committed) {
    return SegmentScanner(file, header).run(sealed_end, committed);
}

base::Result<Offset> resume_behind(const base::File& file, const SegmentHeader& header, Offset at,
                                   Offset limit) {
    return SegmentScanner(file, header).resume(at, limit);
}

base::Result<SegmentHeader> read_header(const base::File& file, Offset first) {
    std::string page(header_bytes, '\0');
    const auto got = file.read(0, page);
    if (!got) return std::unexpected(got.error());
    auto header = decode_header(std::string_view(page).substr(0, *got));
    if (header && header->first != first) {
        return base::fail(base::ErrorCode::damaged,
                          "the segment's name and header name different offsets");
    }
    return header;
}

}  // namespace playhead::journal
