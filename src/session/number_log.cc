// SPDX-License-Identifier: Apache-2.0
#include "session/number_log.h"

namespace playhead::session {

void append_number(std::string& bytes, uint64_t number) {
    while (number >= 0x80) {
        bytes.push_back(static_cast<char>(number | 0x80));
        number >>= 7;
    }
    bytes.push_back(static_cast<char>(number));
}

bool NumberReader::next_of_several_bytes(uint64_t& number) {
    number = 0;
    unsigned shift = 0;
    for (size_t i = 0; i < rest_.size(); ++i) {
        const auto byte = static_cast<uint8_t>(rest_[i]);
        if (shift < 64) number |= static_cast<uint64_t>(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) != 0) continue;
        rest_.remove_prefix(i + 1);
        return true;
    }
    return false;
}

void NumberLog::add(uint64_t number) {
    append_number(packed_, number);
    if (packed_.size() < part_bytes) return;
    log_.add({.part = part_, .head = packed_, .texts = {}});
    packed_.clear();
}

}  // namespace playhead::session
