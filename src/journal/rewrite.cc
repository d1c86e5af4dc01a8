// SPDX-License-Identifier: Apache-2.0
#include "journal/rewrite.h"

#include <memory>

#include "journal/scan.h"
#include "journal/segment.h"
#include "journal/segment_hash.h"
#include "journal/window.h"

namespace playhead::journal {
namespace {

constexpr size_t piece_bytes = 1024 * 1024;

// Goes through the frames of a sealed segment in order.
class Frames {
  public:
    Frames(const base::File& file, const SegmentHeader& header, Offset end)
        : file_(file), header_(header), end_(end), at_(header.first) {}

    struct Frame {
        Offset offset = 0;
        Offset durable = 0;
        std::string_view bytes;   // all of it; valid until next()
        std::string_view record;  // empty: damaged, and `bytes` is empty too
        uint64_t damaged_bytes = 0;
    };

    // Nothing behind the last one.
    base::Result<std::optional<Frame>> next() {
        if (at_ >= end_) return std::optional<Frame>();
        auto whole = whole_frame();
        if (!whole || *whole) {
            if (whole) at_ += (**whole).bytes.size();
            return whole;
        }
        const auto resumes = resume_behind(file_, header_, at_, end_);
        if (!resumes) return std::unexpected(resumes.error());
        Frame damaged;
        damaged.offset = at_;
        damaged.damaged_bytes = *resumes - at_;
        at_ = *resumes;
        return damaged;
    }

  private:
    uint64_t position(Offset offset) const { return header_bytes + (offset - header_.first); }

    // Nothing where it is damaged.
    base::Result<std::optional<Frame>> whole_frame() {
        const auto start = window_.view(file_, position(at_), frame_head_bytes, position(end_));
        if (!start) return std::unexpected(start.error());
        if (start->size() < frame_head_bytes) return std::optional<Frame>();
        const auto head = decode_frame_head(start->data(), {header_.salt, header_.first, at_});
        if (!head || head->frame_bytes() > end_ - at_) return std::optional<Frame>();
        const auto bytes = window_.view(file_, position(at_), head->frame_bytes(), position(end_));
        if (!bytes) return std::unexpected(bytes.error());
        const std::string_view record = bytes->substr(frame_head_bytes);
        if (record.size() != head->length || !record_fits(*head, record)) {
            return std::optional<Frame>();
        }
        return Frame{.offset = at_,
                     .durable = at_ - head->back,
                     .bytes = *bytes,
                     .record = record,
                     .damaged_bytes = 0};
    }

    const base::File& file_;
    const SegmentHeader& header_;
    const Offset end_;
    Offset at_;
    Window window_;
};

// Writes one file from its beginning on, and hashes what is behind the header.
class Rewriting {
  public:
    Rewriting(base::File& file, const SegmentHeader& header) : file_(file), hash_(header) {}

    base::Result<void> add(std::string_view frames) {
        hash_.add(frames);
        gathered_ += frames;
        return gathered_.size() < piece_bytes ? base::Result<void>() : write();
    }

    base::Result<base::Sha256> finish() {
        auto done = write();
        if (done) done = file_.sync();
        if (!done) return std::unexpected(done.error());
        return hash_.digest();
    }

  private:
    base::Result<void> write() {
        auto done = file_.write(at_, gathered_);
        at_ += gathered_.size();
        gathered_.clear();
        return done;
    }

    base::File& file_;
    SegmentHash hash_;
    uint64_t at_ = header_bytes;
    std::string gathered_;
};

base::Result<bool> any_changes(Frames frames, const Change& change) {
    std::string record;
    while (true) {
        const auto frame = frames.next();
        if (!frame) return std::unexpected(frame.error());
        if (!*frame) return false;
        record = (*frame)->record;
        if (!record.empty() && change(record)) return true;
    }
}

base::Result<void> copy_changed(Frames frames, const SegmentHeader& header, const Change& change,
                                Rewriting& to) {
    std::string record;
    std::string changed;
    while (true) {
        const auto frame = frames.next();
        if (!frame) return std::unexpected(frame.error());
        if (!*frame) return {};
        record = (*frame)->record;
        base::Result<void> added;
        if (record.empty()) {
            added = to.add(std::string((*frame)->damaged_bytes, '\0'));
        } else if (change(record)) {
            changed.clear();
            encode_frame(changed, {header.salt, header.first, (*frame)->offset}, (*frame)->durable,
                         record);
            added = to.add(changed);
        } else {
            added = to.add((*frame)->bytes);
        }
        if (!added) return added;
    }
}

}  // namespace

std::string rewriting_path(const std::string& folder, Offset first) {
    const std::string path = segment_path(folder, first);
    return path.substr(0, path.rfind('.')) + ".rewriting";
}

base::Result<std::optional<Replaced>> rewrite_segment(base::Disk& disk, const std::string& folder,
                                                      const SegmentSummary& sealed,
                                                      const Change& change) {
    const auto file = disk.open(segment_path(folder, sealed.first), base::Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto header = read_header(**file, sealed.first);
    if (!header) return std::unexpected(header.error());
    const auto needed = any_changes({**file, *header, sealed.end}, change);
    if (!needed) return std::unexpected(needed.error());
    if (!*needed) return std::optional<Replaced>();

    const auto before = hash_segment(**file, *header, sealed.end);
    if (!before) return std::unexpected(before.error());
    const auto made = disk.open(rewriting_path(folder, sealed.first), base::Disk::Open::create);
    if (!made) return std::unexpected(made.error());
    // What an attempt has left that was cut off.
    auto done = (*made)->resize(0);
    if (done) done = (*made)->write(0, encode_header(*header));
    if (!done) return std::unexpected(done.error());
    Rewriting to(**made, *header);
    done = copy_changed({**file, *header, sealed.end}, *header, change, to);
    if (!done) return std::unexpected(done.error());
    const auto after = to.finish();
    if (!after) return std::unexpected(after.error());
    return Replaced{.first = sealed.first, .before = before->digest(), .after = *after};
}

}  // namespace playhead::journal
