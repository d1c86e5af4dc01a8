// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "store/report_question.h"
#include "web/report_filter_request.h"

namespace playhead::web {

// The member `programs` of a question: [{name, startTs, length}], the length in seconds.
void read_programs(const nlohmann::json& body, store::Question& question, Problems& problems);

// What metrics by the minute, of the period and of programs need beside them.
void check_needs_of_metrics(const store::Question& question, Problems& problems);

}  // namespace playhead::web
