// SPDX-License-Identifier: Apache-2.0
#include "journal/segment.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/bytes.h"
#include "base/check.h"
#include "base/crc32c.h"

namespace playhead::journal {
namespace {

constexpr std::string_view magic = "PLAYHEAD";
constexpr uint32_t format = 1;
constexpr size_t header_block_bytes = 128;
constexpr size_t header_crc_at = header_block_bytes - 4;
constexpr size_t previous_hash_at = 40;
constexpr size_t previous_first_at = 72;
constexpr size_t reserved_at = 80;
constexpr std::string_view segment_ending = ".segment";
constexpr size_t name_digits = 20;

bool is_zero(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

base::Result<SegmentHeader> decode_block(std::string_view block) {
    const auto crc = base::read_little<uint32_t>(block.data() + header_crc_at);
    if (!block.starts_with(magic) || base::crc32c(block.substr(0, header_crc_at)) != crc) {
        return base::fail(base::ErrorCode::damaged, "the header of the segment is damaged");
    }
    if (base::read_little<uint32_t>(block.data() + 8) != format ||
        base::read_little<uint32_t>(block.data() + 12) != 0 ||
        !is_zero(block.substr(reserved_at, header_crc_at - reserved_at))) {
        return base::fail(base::ErrorCode::invalid,
                          "the segment was written by a later version of playhead");
    }
    SegmentHeader header;
    header.first = base::read_little<uint64_t>(block.data() + 16);
    header.opened_at = base::read_little<int64_t>(block.data() + 24);
    header.salt = base::read_little<uint64_t>(block.data() + 32);
    std::memcpy(header.previous_hash.data(), block.data() + previous_hash_at,
                header.previous_hash.size());
    header.previous_first = base::read_little<uint64_t>(block.data() + previous_first_at);
    return header;
}

uint32_t head_crc(const FramePlace& place, uint32_t length, uint32_t back) {
    char covered[24];
    char* at = base::write_little(covered, place.salt);
    at = base::write_little(at, place.offset);
    at = base::write_little(at, length);
    base::write_little(at, back);
    return base::crc32c({covered, sizeof covered});
}

}  // namespace

std::string encode_header_block(const SegmentHeader& header) {
    std::string block(header_block_bytes, '\0');
    std::memcpy(block.data(), magic.data(), magic.size());
    base::write_little(block.data() + 8, format);
    base::write_little(block.data() + 16, header.first);
    base::write_little(block.data() + 24, header.opened_at);
    base::write_little(block.data() + 32, header.salt);
    std::memcpy(block.data() + previous_hash_at, header.previous_hash.data(),
                header.previous_hash.size());
    base::write_little(block.data() + previous_first_at, header.previous_first);
    const uint32_t crc = base::crc32c(std::string_view(block).substr(0, header_crc_at));
    base::write_little(block.data() + header_crc_at, crc);
    return block;
}

std::string encode_header(const SegmentHeader& header) {
    std::string page(header_bytes, '\0');
    const std::string block = encode_header_block(header);
    std::memcpy(page.data(), block.data(), block.size());
    std::memcpy(page.data() + header_copy_at, block.data(), block.size());
    return page;
}

base::Result<SegmentHeader> decode_header(std::string_view page) {
    if (page.size() < header_bytes) {
        return base::fail(base::ErrorCode::damaged, "the header of the segment is cut off");
    }
    auto header = decode_block(page.substr(0, header_block_bytes));
    if (header || header.error().code != base::ErrorCode::damaged) return header;
    return decode_block(page.substr(header_copy_at, header_block_bytes));
}

std::string segment_name(Offset first) {
    const std::string digits = std::to_string(first);
    return std::string(name_digits - digits.size(), '0') + digits + std::string(segment_ending);
}

std::optional<Offset> parse_segment_name(std::string_view name) {
    if (name.size() != name_digits + segment_ending.size()) return std::nullopt;
    if (!name.ends_with(segment_ending)) return std::nullopt;
    Offset first = 0;
    const char* const end = name.data() + name_digits;
    const auto parsed = std::from_chars(name.data(), end, first);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return first;
}

void encode_frame(std::string& to, const FramePlace& place, Offset durable,
                  std::string_view record) {
    CHECK(!record.empty() && record.size() <= record_bytes_max);
    CHECK(durable <= place.offset && place.offset - durable <= UINT32_MAX);
    const auto length = static_cast<uint32_t>(record.size());
    const auto back = static_cast<uint32_t>(place.offset - durable);
    const uint32_t crc = head_crc(place, length, back);
    char head[frame_head_bytes];
    char* at = base::write_little(head, length);
    at = base::write_little(at, back);
    at = base::write_little(at, crc);
    base::write_little(at, base::crc32c(record, crc));
    to.append(head, sizeof head);
    to.append(record);
}

std::optional<FrameHead> decode_frame_head(const char* bytes, const FramePlace& place) {
    FrameHead head;
    head.length = base::read_little<uint32_t>(bytes);
    if (head.length == 0 || head.length > record_bytes_max) return std::nullopt;
    head.back = base::read_little<uint32_t>(bytes + 4);
    if (head.back > place.offset - place.first) return std::nullopt;
    head.head_crc = base::read_little<uint32_t>(bytes + 8);
    if (head.head_crc != head_crc(place, head.length, head.back)) return std::nullopt;
    head.record_crc = base::read_little<uint32_t>(bytes + 12);
    return head;
}

bool record_fits(const FrameHead& head, std::string_view record) {
    return record.size() == head.length && base::crc32c(record, head.head_crc) == head.record_crc;
}

}  // namespace playhead::journal
