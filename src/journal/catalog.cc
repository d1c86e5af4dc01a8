// SPDX-License-Identifier: Apache-2.0
#include "journal/catalog.h"

#include <iterator>
#include <limits>

#include "journal/segment.h"

namespace playhead::journal {

void Catalog::add(Offset first, int64_t opened_at) {
    const std::lock_guard lock(mutex_);
    opened_at_[first] = opened_at;
}

void Catalog::remove(Offset first) {
    const std::lock_guard lock(mutex_);
    opened_at_.erase(first);
}

std::optional<SegmentSummary> Catalog::segment_of(Offset offset) const {
    const std::lock_guard lock(mutex_);
    const auto behind = opened_at_.upper_bound(offset);
    if (behind == opened_at_.begin()) return std::nullopt;
    const auto found = std::prev(behind);
    const Offset end =
        behind == opened_at_.end() ? std::numeric_limits<Offset>::max() : behind->first;
    return SegmentSummary{found->first, end, found->second};
}

Offset Catalog::begin() const {
    const std::lock_guard lock(mutex_);
    return opened_at_.empty() ? end() : opened_at_.begin()->first;
}

std::vector<SegmentSummary> Catalog::segments() const {
    const std::lock_guard lock(mutex_);
    std::vector<SegmentSummary> all;
    for (const auto& [first, opened_at] : opened_at_) {
        if (!all.empty()) all.back().end = first;
        all.push_back({first, end(), opened_at});
    }
    return all;
}

base::Result<std::vector<Offset>> list_segments(const base::Disk& disk, const std::string& folder) {
    const auto names = disk.list(folder);
    if (!names) return std::unexpected(names.error());
    std::vector<Offset> firsts;
    for (const std::string& name : *names) {
        if (const auto first = parse_segment_name(name)) firsts.push_back(*first);
    }
    return firsts;
}

std::string segment_path(const std::string& folder, Offset first) {
    return folder + '/' + segment_name(first);
}

}  // namespace playhead::journal
