// SPDX-License-Identifier: Apache-2.0
#include "store/time_zone.h"

#include <algorithm>

#include "base/check.h"

namespace playhead::store {

namespace {

std::vector<TimeZone::Shift>::const_iterator shift_at(const std::vector<TimeZone::Shift>& shifts,
                                                      int64_t utc_ms) {
    const auto next = std::ranges::upper_bound(shifts, utc_ms, {}, &TimeZone::Shift::since);
    return next == shifts.begin() ? next : std::prev(next);
}

}  // namespace

int64_t TimeZone::ahead_at(int64_t utc_ms) const {
    return shift_at(shifts_, utc_ms)->ahead;
}

int64_t TimeZone::utc_of(int64_t local_ms) const {
    for (size_t i = 0; i < shifts_.size(); ++i) {
        const int64_t utc = local_ms - shifts_[i].ahead;
        const bool is_before_next = i + 1 == shifts_.size() || utc < shifts_[i + 1].since;
        if (is_before_next) return i == 0 ? utc : std::max(utc, shifts_[i].since);
    }
    CHECK(false);
}

std::vector<TimeZone::Shift> TimeZone::within(int64_t from, int64_t to) const {
    const auto first = shift_at(shifts_, from);
    const auto last = std::ranges::lower_bound(shifts_, to, {}, &Shift::since);
    return {first, std::max(last, std::next(first))};
}

base::Result<TimeZone> read_time_zone(Connection& connection, const std::string& name) {
    // No zone changes twice in one day, or at another moment than a full minute.
    auto statement = connection.prepare(
        "WITH days AS (SELECT unnest(range(946684800000, 4102444800000, 86400000)) AS day), "
        "edges AS (SELECT day, epoch_ms(timezone($1, make_timestamptz(day * 1000))) - day AS ahead "
        "FROM days), "
        "changed AS (SELECT day FROM (SELECT day, ahead, lead(ahead) OVER (ORDER BY day) AS after "
        "FROM edges) WHERE ahead <> after), "
        "minutes AS (SELECT day + unnest(range(0, 86460000, 60000)) AS moment FROM changed), "
        "looked AS (SELECT moment, epoch_ms(timezone($1, make_timestamptz(moment * 1000))) - "
        "moment AS ahead "
        "FROM minutes), "
        "shifts AS (SELECT moment, ahead, lag(ahead) OVER (ORDER BY moment) AS before FROM looked) "
        "SELECT day, ahead FROM edges WHERE day = 946684800000 UNION ALL "
        "SELECT moment, ahead FROM shifts WHERE ahead <> before ORDER BY 1");
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, name);
    auto answer = statement->run();
    if (!answer) return std::unexpected(answer.error());
    std::vector<TimeZone::Shift> shifts;
    while (answer->next()) shifts.push_back({answer->integer(0), answer->integer(1)});
    CHECK(!shifts.empty());
    return TimeZone(std::move(shifts));
}

}  // namespace playhead::store
