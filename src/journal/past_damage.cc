// SPDX-License-Identifier: Apache-2.0
#include "journal/past_damage.h"

#include <utility>

namespace playhead::journal {

PastDamage::PastDamage(std::unique_ptr<Reader> reader, Told told)
    : reader_(std::move(reader)), told_(std::move(told)) {
}

base::Result<std::optional<Reader::Record>> PastDamage::next() {
    while (true) {
        auto record = reader_->next();
        if (record || record.error().code != base::ErrorCode::damaged) return record;
        const auto damage = reader_->skip_damage();
        if (!damage) return std::unexpected(damage.error());
        // It reads now: memory or a cable was at fault. One that comes back is an error.
        if (damage->resumes == damage->offset) return reader_->next();
        told_(*damage);
    }
}

base::Result<Damage> PastDamage::skip_damage() {
    return reader_->skip_damage();
}

base::Result<void> PastDamage::seek(Offset offset) {
    return reader_->seek(offset);
}

Offset PastDamage::end() const {
    return reader_->end();
}

}  // namespace playhead::journal
