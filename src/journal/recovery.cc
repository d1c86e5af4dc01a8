// SPDX-License-Identifier: Apache-2.0
#include "journal/recovery.h"

#include <algorithm>

namespace playhead::journal {
namespace {

constexpr size_t piece_bytes = 256 * 1024;

std::unexpected<base::Error> at_segment(const std::string& path, const base::Error& error) {
    return base::fail(error.code, path + ": " + error.what);
}

// Behind the end only zeros, so that no stale frame can come back.
base::Result<void> write_zeros(base::File& file, uint64_t from, uint64_t to) {
    const std::string zeros(std::min<uint64_t>(piece_bytes, to - from), '\0');
    while (from < to) {
        const std::string_view part = std::string_view(zeros).substr(0, to - from);
        if (auto written = file.write(from, part); !written) return written;
        from += part.size();
    }
    return {};
}

// Makes bytes dirty again that the page cache may have and the disk may not, after a failed sync.
base::Result<void> write_again(base::File& file, uint64_t from, uint64_t to) {
    std::string piece(std::min<uint64_t>(piece_bytes, to - from), '\0');
    while (from < to) {
        const auto got =
            file.read(from, {piece.data(), std::min<uint64_t>(piece.size(), to - from)});
        if (!got) return std::unexpected(got.error());
        if (*got == 0) return {};
        const auto written = file.write(from, std::string_view(piece).substr(0, *got));
        if (!written) return written;
        from += *got;
    }
    return {};
}

base::Result<void> make_durable(base::File& file, const SegmentHeader& header, const Scan& scan) {
    const uint64_t end = header_bytes + (scan.end - header.first);
    const uint64_t proven = header_bytes + (scan.proven - header.first);
    if (auto done = write_zeros(file, end, end + scan.torn_bytes); !done) return done;
    if (auto done = write_again(file, proven, end); !done) return done;
    return file.sync();
}

// The last record of a segment before the last one: only needed when the last one is empty.
base::Result<std::optional<Offset>> last_record_of(base::Disk& disk, const std::string& folder,
                                                   const SegmentSummary& segment) {
    const auto file = disk.open(segment_path(folder, segment.first), base::Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto header = read_header(**file, segment.first);
    if (!header) return std::optional<Offset>();
    const auto scan = scan_segment(**file, *header, segment.end);
    if (!scan) return std::unexpected(scan.error());
    return scan->last_record;
}

// Names give everything of a segment but the time when it was put to use.
base::Result<std::vector<SegmentSummary>> summarize(base::Disk& disk, const std::string& folder,
                                                    const std::vector<Offset>& firsts) {
    std::vector<SegmentSummary> segments;
    for (const Offset first : firsts) {
        const auto file = disk.open(segment_path(folder, first), base::Disk::Open::read_only);
        if (!file) return std::unexpected(file.error());
        const auto header = read_header(**file, first);
        if (!segments.empty()) segments.back().end = first;
        segments.push_back({first, first, header ? header->opened_at : 0});
    }
    return segments;
}

base::Result<std::optional<Offset>> find_last_record(base::Disk& disk, const std::string& folder,
                                                     const std::vector<SegmentSummary>& segments) {
    for (size_t i = segments.size() - 1; i > 0; --i) {
        const auto last = last_record_of(disk, folder, segments[i - 1]);
        if (!last || *last) return last;
    }
    return std::optional<Offset>();
}

// Everything of the last segment is lost with its header. Offsets never change meaning, so none
// that it may have held is used again.
base::Result<Scan> lose_segment(const base::File& file, Offset first, const Known& known) {
    const auto size = file.size();
    if (!size) return std::unexpected(size.error());
    Scan scan;
    scan.end = first + std::max<uint64_t>({*size, known.segment_bytes, record_bytes_max});
    scan.damage_count = 1;
    scan.damage.push_back({first, scan.end});
    return scan;
}

base::Result<Scan> mend_segment(base::File& file, const SegmentHeader& header, const Known& known) {
    auto scan = scan_segment(file, header, std::nullopt, known.committed);
    if (!scan) return scan;
    if (auto done = make_durable(file, header, *scan); !done) return std::unexpected(done.error());
    return scan;
}

}  // namespace

base::Result<std::optional<RecoveredFolder>> recover(base::Disk& disk, const std::string& folder,
                                                     const Known& known) {
    const auto firsts = list_segments(disk, folder);
    if (!firsts) return std::unexpected(firsts.error());
    if (firsts->empty()) return std::optional<RecoveredFolder>();
    const std::string path = segment_path(folder, firsts->back());
    auto file = disk.open(path, base::Disk::Open::existing);
    if (!file) return std::unexpected(file.error());
    const auto header = read_header(**file, firsts->back());
    const bool is_lost = !header && header.error().code == base::ErrorCode::damaged;
    if (!header && !is_lost) return at_segment(path, header.error());
    auto scan = is_lost ? lose_segment(**file, firsts->back(), known)
                        : mend_segment(**file, *header, known);
    if (!scan) return std::unexpected(scan.error());
    if (auto done = disk.sync_folder(folder); !done) return std::unexpected(done.error());
    auto segments = summarize(disk, folder, *firsts);
    if (!segments) return std::unexpected(segments.error());
    segments->back().end = scan->end;
    if (!scan->last_record) {
        const auto last = find_last_record(disk, folder, *segments);
        if (!last) return std::unexpected(last.error());
        scan->last_record = *last;
    }
    RecoveredFolder recovered;
    recovered.found = {scan->end, scan->last_record, scan->torn_bytes, std::move(scan->damage)};
    recovered.segments = std::move(*segments);
    if (is_lost) return recovered;
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    auto hash = hash_segment(**file, *header, recovered.found.end);
    if (!hash) return std::unexpected(hash.error());
    recovered.hash = std::move(*hash);
    recovered.header = *header;
    recovered.file = std::move(*file);
    recovered.file_bytes = *size;
    return recovered;
}

}  // namespace playhead::journal
