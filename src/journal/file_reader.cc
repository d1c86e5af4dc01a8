// SPDX-License-Identifier: Apache-2.0
#include "journal/file_reader.h"

#include <algorithm>
#include <utility>

#include "journal/scan.h"

namespace playhead::journal {

FileReader::FileReader(base::Disk& disk, std::string folder, std::shared_ptr<const Catalog> catalog)
    : disk_(disk),
      folder_(std::move(folder)),
      catalog_(std::move(catalog)),
      at_(catalog_->begin()) {
}

base::Result<std::optional<Reader::Record>> FileReader::next() {
    const Offset end = catalog_->end();
    if (at_ >= end) return std::optional<Record>();
    if (end != end_ || at_ >= segment_end_ || at_ < header_.first || file_ == nullptr) {
        if (auto entered = enter(at_); !entered) return std::unexpected(entered.error());
        end_ = end;
    }
    const auto head = head_at(at_);
    if (!head) {
        if (head.error().code == base::ErrorCode::not_found) return damaged_at(at_);
        return std::unexpected(head.error());
    }
    const auto bytes =
        window_.view(*file_, position(at_) + frame_head_bytes, head->length, position(limit()));
    if (!bytes) return std::unexpected(bytes.error());
    if (!record_fits(*head, *bytes)) return damaged_at(at_);
    const Record record{at_, *bytes, at_ + head->frame_bytes()};
    at_ = record.next;
    return record;
}

base::Result<Damage> FileReader::skip_damage() {
    Damage damage{at_, at_};
    const Offset end = catalog_->end();
    if (at_ >= end) return damage;
    const auto entered = enter(at_);
    if (entered) {
        const auto resumes = resume_behind(*file_, header_, at_, std::min(segment_end_, end));
        if (!resumes) return std::unexpected(resumes.error());
        damage.resumes = *resumes;
    } else if (entered.error().code == base::ErrorCode::damaged) {
        const auto segment = catalog_->segment_of(at_);
        if (segment) damage.resumes = std::min(segment->end, end);
    } else {
        return std::unexpected(entered.error());
    }
    end_ = end;
    at_ = damage.resumes;
    window_.forget();
    return damage;
}

base::Result<void> FileReader::seek(Offset offset) {
    const Offset end = catalog_->end();
    if (offset > end) {
        return base::fail(base::ErrorCode::not_found, "the journal ends at offset " +
                                                          std::to_string(end) + ", before " +
                                                          std::to_string(offset));
    }
    if (offset < end) {
        if (auto entered = enter(offset); !entered) return entered;
        end_ = end;
        if (auto head = head_at(offset); !head) return std::unexpected(head.error());
    }
    at_ = offset;
    return {};
}

// Opens the segment in which `offset` stands, if it is not open already.
base::Result<void> FileReader::enter(Offset offset) {
    const auto segment = catalog_->segment_of(offset);
    if (!segment) {
        return base::fail(base::ErrorCode::not_found,
                          "the record at offset " + std::to_string(offset) +
                              " is no longer kept; the journal begins at " +
                              std::to_string(catalog_->begin()));
    }
    if (file_ == nullptr || header_.first != segment->first) {
        if (auto opened = open_segment(segment->first); !opened) return opened;
    }
    segment_end_ = segment->end;
    return {};
}

base::Result<void> FileReader::open_segment(Offset first) {
    const std::string path = segment_path(folder_, first);
    auto file = disk_.open(path, base::Disk::Open::read_only);
    if (!file) {
        // Retention takes a segment out of the catalog before it removes the file.
        const auto listed = catalog_->segment_of(first);
        const bool is_lost =
            file.error().code == base::ErrorCode::not_found && listed && listed->first == first;
        return base::fail(is_lost ? base::ErrorCode::damaged : file.error().code,
                          file.error().what);
    }
    const auto header = read_header(**file, first);
    if (!header) return base::fail(header.error().code, path + ": " + header.error().what);
    file_ = std::move(*file);
    header_ = *header;
    window_.forget();
    return {};
}

base::Result<FrameHead> FileReader::head_at(Offset offset) {
    const auto bytes = window_.view(*file_, position(offset), frame_head_bytes, position(limit()));
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->size() == frame_head_bytes) {
        const FramePlace place{header_.salt, header_.first, offset};
        const auto head = decode_frame_head(bytes->data(), place);
        if (head && head->frame_bytes() <= limit() - offset) return *head;
    }
    return base::fail(base::ErrorCode::not_found,
                      "no record begins at offset " + std::to_string(offset));
}

std::unexpected<base::Error> FileReader::damaged_at(Offset offset) const {
    return base::fail(base::ErrorCode::damaged, segment_path(folder_, header_.first) +
                                                    ": the record at offset " +
                                                    std::to_string(offset) + " is damaged");
}

// Bytes from here on are another segment's, or not yet committed.
Offset FileReader::limit() const {
    return std::min(segment_end_, end_);
}

}  // namespace playhead::journal
