// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace playhead::session {

// What became of one event of a session.
enum class Outcome : uint8_t { used, ignored, duplicate, late, repaired };

std::string_view name_of(Outcome outcome);

// Why. One table (verdict.cc) gives each code its name, outcome, sentence and the section of
// metrics.md that says so. Codes are stable: they are stored and shown; never rename one.
enum class VerdictCode : uint8_t;

struct VerdictText {
    VerdictCode code{};
    Outcome outcome{};
    std::string_view name;     // stable, for example "ad_outside_break"
    std::string_view message;  // a sentence for people
    std::string_view rule;     // for example "metrics 6"
};

// The table's entry for this code.
const VerdictText& text_of(VerdictCode code);

}  // namespace playhead::session
