// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "store/report_question.h"
#include "web/problem.h"

namespace playhead::web {

// Gathers what is wrong with a body.
class Problems {
  public:
    explicit Problems(std::vector<FieldProblem>& into) : into_(into) {}

    // Beyond this nobody reads on.
    static constexpr size_t most = 100;

    void add(std::string_view field, std::string reason) {
        if (into_.size() < most) into_.push_back({std::string(field), std::move(reason)});
    }

  private:
    std::vector<FieldProblem>& into_;
};

// Nothing when there is none of this name.
std::optional<store::DimensionName> dimension_from(const std::string& name);

// The filter of a question; `at` names its place in the body. With a problem, what was understood.
store::Filter filter_from(const nlohmann::json& given, const std::string& at, Problems& problems);

}  // namespace playhead::web
