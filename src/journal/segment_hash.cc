// SPDX-License-Identifier: Apache-2.0
#include "journal/segment_hash.h"

#include <algorithm>
#include <string>

namespace playhead::journal {
namespace {

constexpr uint64_t piece_bytes = 256 * 1024;

}  // namespace

SegmentHash::SegmentHash(const SegmentHeader& header) {
    stream_.add(encode_header_block(header));
}

base::Result<void> SegmentHash::add(const base::File& file, uint64_t from, uint64_t to) {
    std::string piece(std::min(piece_bytes, to - from), '\0');
    while (from < to) {
        const auto got = file.read(from, {piece.data(), std::min(piece.size(), to - from)});
        if (!got) return std::unexpected(got.error());
        if (*got == 0) return {};
        add(std::string_view(piece).substr(0, *got));
        from += *got;
    }
    return {};
}

base::Result<SegmentHash> hash_segment(const base::File& file, const SegmentHeader& header,
                                       Offset end) {
    SegmentHash hash(header);
    const auto done = hash.add(file, header_bytes, header_bytes + (end - header.first));
    if (!done) return std::unexpected(done.error());
    return hash;
}

}  // namespace playhead::journal
