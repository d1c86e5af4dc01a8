// SPDX-License-Identifier: Apache-2.0
#include "app/damage_report.h"

#include "base/log.h"
#include "journal/past_damage.h"

namespace playhead::app {

DamageReport::DamageReport(base::Counters& counters)
    : places_(counters.counter("playhead_journal_damaged_places_total", "",
                               "Places of the journal that cannot be read any more")),
      bytes_(counters.counter("playhead_journal_damaged_bytes_total", "",
                              "Journal bytes that were left out because they are damaged")) {
}

void DamageReport::tell(const journal::Damage& damage) {
    {
        const std::lock_guard lock(mutex_);
        if (told_.contains({damage.offset, damage.resumes})) return;
        if (told_.size() < places_remembered) told_.insert({damage.offset, damage.resumes});
    }
    places_.add();
    bytes_.add(damage.resumes - damage.offset);
    base::log(base::Level::error,
              "the journal is damaged at offset " + std::to_string(damage.offset) + ": " +
                  std::to_string(damage.resumes - damage.offset) +
                  " bytes are lost, everything else is read; `playhead verify` names the file");
}

std::unique_ptr<journal::Reader> DamageReport::past_damage(
    std::unique_ptr<journal::Reader> reader) {
    return std::make_unique<journal::PastDamage>(
        std::move(reader), [this](const journal::Damage& damage) { tell(damage); });
}

std::string DamageReport::sentence() const {
    const uint64_t places = places_.value();
    if (places == 0) return {};
    return "the journal is damaged in " + std::to_string(places) + " places, " +
           std::to_string(bytes_.value()) + " bytes are lost: everything else is served";
}

}  // namespace playhead::app
