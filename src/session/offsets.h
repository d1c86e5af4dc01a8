// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace playhead::session {

// Journal offsets of one session's records in arrival order, packed as differences of seven bits a
// byte: about three bytes each. At most `limit` are kept (a session of a day with a ping every ten
// seconds has 8,640); later records count, but are not listed.
class Offsets {
  public:
    static constexpr size_t limit = 65'536;

    // Not smaller than the one before (CHECK).
    void add(uint64_t offset);

    std::vector<uint64_t> list() const;

    size_t heap_bytes() const { return packed_.capacity(); }

  private:
    std::vector<uint8_t> packed_;
    uint64_t last_ = 0;
    uint32_t count_ = 0;
};

}  // namespace playhead::session
