// SPDX-License-Identifier: Apache-2.0
#include "journal/verify.h"

#include <algorithm>
#include <optional>

#include "journal/catalog.h"
#include "journal/chain.h"
#include "journal/segment.h"
#include "journal/segment_hash.h"

namespace playhead::journal {
namespace {

void add(Verification& sum, const std::string& segment, const Scan& scan) {
    ++sum.segments;
    sum.records += scan.records;
    sum.record_bytes += scan.record_bytes;
    sum.end = scan.end;
    sum.torn_bytes += scan.torn_bytes;
    sum.damage_count += scan.damage_count;
    for (const Damage& damage : scan.damage) {
        if (sum.damage.size() < damages_kept) sum.damage.push_back({segment, damage});
    }
}

Scan all_damaged(Offset first, Offset end) {
    Scan scan;
    scan.end = end;
    scan.damage_count = 1;
    scan.damage.push_back({first, end});
    return scan;
}

// Checks every frame of one segment; its place in the chain goes to `chain`.
base::Result<Scan> check_segment(const base::File& file, Offset first,
                                 std::optional<Offset> sealed_end, Chain& chain) {
    const auto header = read_header(file, first);
    if (!header) {
        if (header.error().code == base::ErrorCode::io) return std::unexpected(header.error());
        chain.add_unreadable();
        return all_damaged(first, sealed_end.value_or(first));
    }
    auto scan = scan_segment(file, *header, sealed_end);
    if (!scan) return scan;
    std::optional<base::Sha256> hash;
    if (sealed_end) {
        const auto found = hash_segment(file, *header, *sealed_end);
        if (!found) return std::unexpected(found.error());
        hash = found->digest();
    }
    chain.add(*header, hash);
    return scan;
}

}  // namespace

base::Result<Verification> verify(base::Disk& disk, const std::string& folder,
                                  std::span<const Replaced> replaced) {
    const auto firsts = list_segments(disk, folder);
    if (!firsts) return std::unexpected(firsts.error());
    Verification sum;
    Chain chain(replaced);
    if (!firsts->empty()) sum.first = firsts->front();
    sum.end = sum.first;
    for (size_t i = 0; i < firsts->size(); ++i) {
        const Offset first = (*firsts)[i];
        std::optional<Offset> sealed_end;
        if (i + 1 < firsts->size()) sealed_end = (*firsts)[i + 1];
        const auto file = disk.open(segment_path(folder, first), base::Disk::Open::read_only);
        if (!file) {
            const bool by_retention = file.error().code == base::ErrorCode::not_found &&
                                      sum.segments == 0 && sealed_end.has_value();
            if (!by_retention) return std::unexpected(file.error());
            sum.first = sum.end = *sealed_end;
            continue;
        }
        const auto scan = check_segment(**file, first, sealed_end, chain);
        if (!scan) return std::unexpected(scan.error());
        add(sum, segment_name(first), *scan);
    }
    chain.tell(sum);
    return sum;
}

}  // namespace playhead::journal
