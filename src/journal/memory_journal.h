// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "journal/journal.h"
#include "journal/segment.h"

namespace playhead::journal {

// The journal in memory, for simulation and tests: the second implementation of the seam. append
// and commit are for one thread; all else is safe from any thread.
class MemoryJournal final : public Writer {
  public:
    // append gives `full` when all records together would be more than `bytes_max`.
    explicit MemoryJournal(size_t bytes_max = SIZE_MAX);
    MemoryJournal(const MemoryJournal&) = delete;
    MemoryJournal& operator=(const MemoryJournal&) = delete;
    ~MemoryJournal() override;

    base::Result<Offset> append(std::string_view record) override;
    base::Result<Offset> commit() override;

    base::Result<void> seal() override { return {}; }

    size_t max_record_bytes() const override { return record_bytes_max; }

    // An independent reader from the first record that is kept. May live longer than the journal.
    std::unique_ptr<Reader> reader() const;

    // A crash: what was appended and not committed is gone.
    void forget_uncommitted();

    // The committed record at `offset` can no longer be read.
    void damage(Offset offset);

    // Forgets the records that begin before `offset`; it must be a place of the journal.
    void remove_before(Offset offset);

  private:
    struct State;
    class MemoryReader;

    const std::shared_ptr<State> state_;
    const size_t bytes_max_;
};

}  // namespace playhead::journal
