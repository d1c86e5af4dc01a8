// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "store/store.h"

namespace playhead::app {

// Writes to a store what is not in it yet. While the journal reads as it was written, a replay
// makes each row at the same record again, and those that are stored are known by their offset
// alone. Once a record is lost, a session may close at another record than it did, behind what is
// stored; so from then on each row is looked for by its id. What was stored first stays. The same
// holds once records were erased: what is left of them takes no place among the open sessions.
//
// One thread, like every store::Writer; `store` and its other side must live longer.
class UnrepeatedRows final : public store::Writer {
  public:
    // `is_needed` says whether a record was lost; until then rows are passed on as they are.
    UnrepeatedRows(store::Writer& store, store::Reader& reader, std::function<bool()> is_needed);

    base::Result<void> write(std::span<const session::SessionRow> rows, uint64_t offset) override;
    base::Result<void> erase(const store::Erasure& erasure, std::span<const std::string> marks,
                             uint64_t offset) override;
    base::Result<void> finish_erasure(const std::string& id, int64_t finished_at,
                                      uint64_t offset) override;
    base::Result<store::Summed> sum_up(int64_t now_ms) override;
    base::Result<uint64_t> offset() override;

  private:
    store::Writer& store_;
    store::Reader& reader_;
    const std::function<bool()> is_needed_;
};

}  // namespace playhead::app
