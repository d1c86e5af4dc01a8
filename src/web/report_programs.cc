// SPDX-License-Identifier: Apache-2.0
#include "web/report_programs.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "store/report_time.h"
#include "web/report_request.h"

namespace playhead::web {
namespace {

using nlohmann::json;
using store::Program;
using store::Record;

std::optional<std::string> name_from(const json& given) {
    if (!given.is_string()) return std::nullopt;
    const auto& name = given.get_ref<const std::string&>();
    if (name.empty() || name.size() > store::most_program_name_bytes) return std::nullopt;
    return name;
}

std::optional<int64_t> start_from(const json& given) {
    std::optional<store::Moment> moment;
    if (given.is_string()) moment = moment_from(given.get_ref<const std::string&>());
    if (given.is_number_integer()) moment = moment_from(given.dump());
    if (!moment || moment->is_local) return std::nullopt;
    return moment->ms;
}

// Milliseconds.
std::optional<int64_t> length_from(const json& given) {
    constexpr double longest = 366.0 * 24 * 60 * 60;
    if (!given.is_number()) return std::nullopt;
    const auto seconds = given.get<double>();
    if (seconds <= 0 || seconds > longest) return std::nullopt;
    return std::max<int64_t>(1, std::llround(seconds * 1'000));
}

// Nothing when it is no program.
std::optional<Program> program_from(const json& given, const std::string& at, Problems& problems) {
    if (!given.is_object()) {
        problems.add(at, "must be an object with the members name, startTs and length");
        return std::nullopt;
    }
    for (const auto& [name, value] : given.items()) {
        const bool is_known = name == "name" || name == "startTs" || name == "length";
        if (!is_known) problems.add(std::string(at).append(".").append(name), "is not known");
    }
    const auto member = [&](const char* name) {
        return given.contains(name) ? given[name] : json();
    };
    const auto name = name_from(member("name"));
    const auto start = start_from(member("startTs"));
    const auto length = length_from(member("length"));
    if (!name) {
        problems.add(at + ".name", "must be a text of 1 to " +
                                       std::to_string(store::most_program_name_bytes) + " bytes");
    }
    if (!start) {
        problems.add(at + ".startTs",
                     "must be milliseconds since the epoch, or a date and time with its zone "
                     "(2026-11-20T10:00:00Z), between 1970 and 2100");
    }
    if (!length) problems.add(at + ".length", "must be seconds, more than 0 and at most a year");
    if (!name || !start || !length) return std::nullopt;
    return Program{.name = *name, .from_ts = *start, .to_ts = *start + *length};
}

// Programs of one stream do not overlap (metrics 12.8); those of another are another question.
void check_overlaps(std::vector<Program> programs, Problems& problems) {
    std::ranges::sort(programs, {}, &Program::from_ts);
    for (size_t i = 1; i < programs.size(); ++i) {
        if (programs[i].from_ts < programs[i - 1].to_ts) {
            problems.add("programs", "'" + programs[i - 1].name + "' and '" + programs[i].name +
                                         "' must not overlap");
        }
    }
}

bool is_of(const store::MetricName& metric, Record record) {
    return metric.sum != nullptr && metric.sum->record == record;
}

bool has_program_dimension(const store::Question& question) {
    return std::ranges::any_of(question.dimensions, [](const store::DimensionName& dimension) {
        return dimension.known != nullptr && dimension.known->part == store::Part::program;
    });
}

void check_period_of(const store::MetricName& metric, const store::Question& question,
                     Problems& problems) {
    const std::string name(metric.text());
    if (!question.from) problems.add("from", "is needed for " + name);
    if (!question.to) problems.add("to", "is needed for " + name);
    if (is_of(metric, Record::session_part) && question.granularity != store::Granularity::all) {
        problems.add("granularity", "must be all for " + name);
    }
}

}  // namespace

void read_programs(const json& body, store::Question& question, Problems& problems) {
    const auto found = body.find("programs");
    if (found == body.end()) return;
    if (!found->is_array() || found->size() > store::most_programs) {
        return problems.add("programs", "must be a list of at most " +
                                            std::to_string(store::most_programs) + " programs");
    }
    for (size_t i = 0; i < found->size(); ++i) {
        const std::string at = "programs[" + std::to_string(i) + "]";
        auto program = program_from((*found)[i], at, problems);
        if (!program) continue;
        if (std::ranges::count(question.programs, program->name, &Program::name) > 0) {
            problems.add(at + ".name", "is there already");
        }
        question.programs.push_back(*std::move(program));
    }
    check_overlaps(question.programs, problems);
}

void check_needs_of_metrics(const store::Question& question, Problems& problems) {
    for (const store::MetricName& metric : question.metrics) {
        const std::string name(metric.text());
        if (is_by_minute(metric) || is_of(metric, Record::session_part)) {
            check_period_of(metric, question, problems);
        }
        const bool is_of_programs = is_of(metric, Record::program_part);
        if (is_of_programs && question.programs.empty()) {
            problems.add("programs", "is needed for " + name);
        }
        if (!is_of_programs && has_program_dimension(question)) {
            problems.add("dimensions", "program is for metrics of schedules, not for " + name);
        }
    }
}

}  // namespace playhead::web
