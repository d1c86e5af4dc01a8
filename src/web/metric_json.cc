// SPDX-License-Identifier: Apache-2.0
#include "web/metric_json.h"

#include <cmath>
#include <cstdint>
#include <variant>
#include <vector>

namespace playhead::web {
namespace {

Json ad(const session::AdRow& row) {
    return {{"id", row.id},
            {"podId", row.pod_id},
            {"podName", or_null(row.pod_name)},
            {"podOffset", number(row.pod_offset)},
            {"podPosition", row.pod_position},
            {"length", number(row.length)},
            {"timePlayed", session::published_seconds(row.time_played_ms)},
            {"isCompleted", row.is_completed}};
}

Json chapter(const session::ChapterRow& row) {
    return {{"id", row.id},
            {"index", row.index},
            {"name", or_null(row.name)},
            {"offset", number(row.offset)},
            {"length", number(row.length)},
            {"timePlayed", session::published_seconds(row.time_played_ms)},
            {"isCompleted", row.is_completed}};
}

Json state(const session::StateRow& row) {
    return {{"name", row.name},
            {"isSet", row.count > 0},
            {"count", row.count},
            {"time", session::published_seconds(row.time_ms)}};
}

template <class Row>
Json list(const std::vector<Row>& rows, Json (*each)(const Row&)) {
    Json all = Json::array();
    for (const Row& row : rows) all.push_back(each(row));
    return all;
}

struct Published {
    Json operator()(std::monostate) const { return nullptr; }

    Json operator()(session::Duration time) const { return time.seconds(); }

    Json operator()(const std::vector<session::AdRow>& rows) const { return list(rows, ad); }

    Json operator()(const std::vector<session::ChapterRow>& rows) const {
        return list(rows, chapter);
    }

    Json operator()(const std::vector<session::StateRow>& rows) const { return list(rows, state); }

    Json operator()(const auto& value) const { return value; }
};

}  // namespace

Json number(double value) {
    constexpr double exact_in_double = 9007199254740992.0;
    if (std::floor(value) == value && std::abs(value) <= exact_in_double) {
        return static_cast<int64_t>(value);
    }
    return value;
}

Json json_of(const session::MetricValue& value) {
    return std::visit(Published(), value);
}

}  // namespace playhead::web
