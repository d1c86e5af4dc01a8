// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/disk.h"
#include "base/error.h"

namespace playhead::journal {

// Looks at a file in large pieces, so that small reads cost no system call. Memory: up to
// 256 KiB, or twice the largest view until a smaller one follows. Used by one thread.
class Window {
  public:
    // Bytes `at` to `at + count`, fewer where `limit` or the end of the file comes first. Bytes
    // from `limit` on are not read, so they may be in the middle of being written; what was seen of
    // bytes before it is remembered. Valid until the next call.
    base::Result<std::string_view> view(const base::File& file, uint64_t at, size_t count,
                                        uint64_t limit);

    // What was seen is out of date, or the next file is another one.
    void forget();

  private:
    std::vector<char> buffer_;
    uint64_t begin_ = 0;
    size_t held_ = 0;  // bytes of buffer_ that are of the file
};

}  // namespace playhead::journal
