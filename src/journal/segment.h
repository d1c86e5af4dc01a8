// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "journal/journal.h"

// The bytes of a segment file, as docs/format/journal.md gives them. Bytes to values and back, no
// I/O.
namespace playhead::journal {

constexpr size_t header_bytes = 4096;
constexpr size_t header_copy_at = 2048;
constexpr size_t frame_head_bytes = 16;
constexpr size_t record_bytes_max = 16 * 1024 * 1024 + 4096;

struct SegmentHeader {
    Offset first = 0;       // of the first frame
    int64_t opened_at = 0;  // ms since the epoch, 0 when not known
    uint64_t salt = 0;      // part of every checksum of the segment

    // The segment before: what SegmentHash gives for all of it, and where it begins. Zeros when it
    // is not known: for the first segment of all, behind a lost one, in folders of old.
    base::Sha256 previous_hash{};
    Offset previous_first = 0;

    bool is_chained() const { return previous_hash != base::Sha256{}; }
};

// header_bytes long, with both copies.
std::string encode_header(const SegmentHeader& header);

// The bytes of a header that mean something: what one copy holds.
std::string encode_header_block(const SegmentHeader& header);

// From the first header_bytes of a file (fewer are damage). The copy that fits is taken. Error
// `damaged` when none does, `invalid` when a later version wrote it.
base::Result<SegmentHeader> decode_header(std::string_view page);

// File name of the segment that begins at `first`, and back; nothing for any other name.
std::string segment_name(Offset first);
std::optional<Offset> parse_segment_name(std::string_view name);

// Where a frame stands: all that its checksums cover besides itself.
struct FramePlace {
    uint64_t salt = 0;
    Offset first = 0;   // of the segment
    Offset offset = 0;  // of the frame
};

struct FrameHead {
    uint32_t length = 0;      // of the record
    uint32_t back = 0;        // offset - back was durable when the frame was written
    uint32_t head_crc = 0;    // over place, length and back
    uint32_t record_crc = 0;  // over the record, continued from head_crc

    size_t frame_bytes() const { return frame_head_bytes + length; }
};

// Appends a frame to `to`. `durable`: everything before it is known to be synced; at or before the
// frame's offset and in the same segment.
void encode_frame(std::string& to, const FramePlace& place, Offset durable,
                  std::string_view record);

// The head in the first frame_head_bytes at `bytes`; nothing when no frame of this place begins
// there.
std::optional<FrameHead> decode_frame_head(const char* bytes, const FramePlace& place);

// Whether `record` (head.length bytes) is what was written.
bool record_fits(const FrameHead& head, std::string_view record);

}  // namespace playhead::journal
