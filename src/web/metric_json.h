// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "session/metric.h"

namespace playhead::web {

using Json = nlohmann::ordered_json;

// The value of a metric as it is published: seconds for a duration, null where there is nothing.
Json json_of(const session::MetricValue& value);

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

// Players send 30 far more often than 30.5; a whole number is shown as one.
Json number(double value);

}  // namespace playhead::web
