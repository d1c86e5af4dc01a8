// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "session/row_log.h"

namespace playhead::session {

// Adds a number to `bytes`, seven bits a byte, lowest first, the high bit set on all but the last.
void append_number(std::string& bytes, uint64_t number);

// Reads such numbers. Any bytes may be given: a number that is too long loses its upper bits.
class NumberReader {
  public:
    explicit NumberReader(std::string_view bytes) : rest_(bytes) {}

    // False when no whole number follows.
    bool next(uint64_t& number) {
        if (rest_.empty() || (rest_.front() & 0x80) != 0) return next_of_several_bytes(number);
        number = static_cast<uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view rest() const { return rest_; }

  private:
    bool next_of_several_bytes(uint64_t& number);

    std::string_view rest_;
};

// Numbers of one session that only its row needs, in the order in which they were added. Full parts
// go to the log, so that the fold of an event touches few of them. The limit is that of the class
// that adds.
class NumberLog {
  public:
    explicit NumberLog(RowLog::Part part) : part_(part) {}

    void add(uint64_t number);

    // Calls `each` with every number, first to last.
    template <typename Each>
    void for_each(Each each) const {
        const auto read = [&each](std::string_view bytes) {
            NumberReader numbers(bytes);
            uint64_t number = 0;
            while (numbers.next(number)) each(number);
        };
        RowLogReader log(log_.bytes());
        RowLog::Record record;
        while (log.next(record)) read(record.head);
        read(packed_);
    }

    RowLog& log() { return log_; }

    template <typename Self, typename Each>
    static void archive(Self& self, Each& each) {
        each.text(self.packed_);
    }

  private:
    static constexpr size_t part_bytes = 64;

    RowLog::Part part_;
    RowLog log_;
    std::string packed_;  // what is not in the log
};

}  // namespace playhead::session
