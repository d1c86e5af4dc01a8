// SPDX-License-Identifier: Apache-2.0
#include "journal/copy.h"

#include <algorithm>
#include <optional>

#include "journal/catalog.h"
#include "journal/scan.h"
#include "journal/segment.h"

namespace playhead::journal {
namespace {

constexpr uint64_t piece_bytes = 1024 * 1024;

base::Result<uint64_t> copy_bytes(const base::File& from, base::File& to, uint64_t count) {
    std::string piece(std::min(piece_bytes, count), '\0');
    uint64_t done = 0;
    while (done < count) {
        const auto got = from.read(done, {piece.data(), std::min(piece.size(), count - done)});
        if (!got) return std::unexpected(got.error());
        if (*got == 0) break;
        const auto written = to.write(done, std::string_view(piece).substr(0, *got));
        if (!written) return std::unexpected(written.error());
        done += *got;
    }
    if (auto synced = to.sync(); !synced) return std::unexpected(synced.error());
    return done;
}

// Where the frames of a segment end; nothing when its header is lost, and so everything in it.
base::Result<std::optional<Offset>> frames_end(const base::File& file, Offset first,
                                               std::optional<Offset> sealed_end) {
    const auto header = read_header(file, first);
    if (!header && header.error().code == base::ErrorCode::damaged) {
        return std::optional<Offset>();
    }
    if (!header) return std::unexpected(header.error());
    if (sealed_end) return sealed_end;
    const auto scan = scan_segment(file, *header, std::nullopt);
    if (!scan) return std::unexpected(scan.error());
    return scan->end;
}

base::Result<void> copy_segment(base::Disk& disk, const base::File& from, const std::string& to,
                                Offset first, std::optional<Offset> sealed_end, Copied& sum) {
    const auto end = frames_end(from, first, sealed_end);
    if (!end) return std::unexpected(end.error());
    const auto size = from.size();
    if (!size) return std::unexpected(size.error());
    auto file = disk.open(segment_path(to, first), base::Disk::Open::create);
    if (!file) return std::unexpected(file.error());
    const uint64_t count = *end ? std::min(*size, header_bytes + (**end - first)) : *size;
    const auto copied = copy_bytes(from, **file, count);
    if (!copied) return std::unexpected(copied.error());
    ++sum.segments;
    sum.bytes += *copied;
    sum.end = end->value_or(first);
    return {};
}

}  // namespace

base::Result<Copied> copy_journal(base::Disk& disk, const std::string& from, const std::string& to,
                                  const std::function<void(const Copied&)>& progress) {
    Copied sum;
    const auto firsts = list_segments(disk, from);
    if (!firsts) return std::unexpected(firsts.error());
    if (firsts->empty()) return base::fail(base::ErrorCode::not_found, "no journal in " + from);
    if (auto made = disk.make_folder(to); !made) return std::unexpected(made.error());
    for (size_t i = 0; i < firsts->size(); ++i) {
        const Offset first = (*firsts)[i];
        const auto file = disk.open(segment_path(from, first), base::Disk::Open::read_only);
        if (!file) {
            // Retention removes from the front while we come from there.
            const bool by_retention = file.error().code == base::ErrorCode::not_found &&
                                      sum.segments == 0 && i + 1 < firsts->size();
            if (!by_retention) return std::unexpected(file.error());
            continue;
        }
        std::optional<Offset> sealed_end;
        if (i + 1 < firsts->size()) sealed_end = (*firsts)[i + 1];
        if (sum.segments == 0) sum.first = first;
        if (auto done = copy_segment(disk, **file, to, first, sealed_end, sum); !done) {
            return std::unexpected(done.error());
        }
        progress(sum);
    }
    if (auto synced = disk.sync_folder(to); !synced) return std::unexpected(synced.error());
    return sum;
}

}  // namespace playhead::journal
