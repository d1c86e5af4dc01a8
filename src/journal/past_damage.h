// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "journal/journal.h"

namespace playhead::journal {

// Reads another reader's journal and goes on behind damage by itself: next() never gives `damaged`.
// For who would rather know the rest than stand still; each place is told once, in order.
class PastDamage final : public Reader {
  public:
    using Told = std::function<void(const Damage&)>;

    // `told` is called on the thread that calls next().
    PastDamage(std::unique_ptr<Reader> reader, Told told);

    base::Result<std::optional<Record>> next() override;
    base::Result<Damage> skip_damage() override;
    base::Result<void> seek(Offset offset) override;
    Offset end() const override;

  private:
    const std::unique_ptr<Reader> reader_;
    const Told told_;
};

}  // namespace playhead::journal
