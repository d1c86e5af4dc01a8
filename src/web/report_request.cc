// SPDX-License-Identifier: Apache-2.0
#include "web/report_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/crc32c.h"
#include "web/report_filter_request.h"
#include "web/report_names.h"
#include "web/report_programs.h"

namespace playhead::web {
namespace {

using nlohmann::json;
using store::Granularity;
using store::MetricName;
using store::Moment;
using store::Question;
using store::SortKey;
using store::Value;

constexpr std::array<std::string_view, 12> fields = {
    "metrics",  "dimensions",  "filter", "segment", "from",   "to",
    "timeZone", "granularity", "sort",   "limit",   "cursor", "programs",
};

std::string place(std::string_view list, size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
}

// A list of at most `most` names, each of which `understand` takes or refuses with a reason.
template <class Understand>
void read_names(const json& body, std::string_view field, size_t most, Problems& problems,
                const Understand& understand) {
    const auto found = body.find(field);
    if (found == body.end()) return;
    if (!found->is_array()) return problems.add(field, "must be a list of names");
    if (found->size() > most) {
        problems.add(field, "must have at most " + std::to_string(most) + " names");
        return;
    }
    for (size_t i = 0; i < found->size(); ++i) {
        const json& name = (*found)[i];
        if (!name.is_string()) {
            problems.add(place(field, i), "must be a name");
        } else if (const auto reason = understand(name.get_ref<const std::string&>())) {
            problems.add(place(field, i), *reason);
        }
    }
}

std::optional<MetricName> metric_from(const std::string& name) {
    const MetricName metric{.sum = store::sum_metric_named(name),
                            .ratio = store::ratio_metric_named(name)};
    if (metric.sum == nullptr && metric.ratio == nullptr) return std::nullopt;
    return metric;
}

void read_metrics(const json& body, Question& question, Problems& problems) {
    read_names(body, "metrics", store::most_report_metrics, problems,
               [&](const std::string& name) -> std::optional<std::string> {
                   const auto metric = metric_from(name);
                   if (!metric) return "'" + name + "' is no metric";
                   if (std::ranges::count(question.metrics, *metric) > 0) {
                       return "'" + name + "' is there already";
                   }
                   question.metrics.push_back(*metric);
                   return std::nullopt;
               });
    const auto found = body.find("metrics");
    if (found == body.end() || (found->is_array() && found->empty())) {
        problems.add("metrics", "must name at least one metric");
    }
}

void read_dimensions(const json& body, Question& question, Problems& problems) {
    read_names(body, "dimensions", store::most_report_dimensions, problems,
               [&](const std::string& name) -> std::optional<std::string> {
                   auto dimension = dimension_from(name);
                   if (!dimension) return "'" + name + "' is no dimension";
                   if (std::ranges::count(question.dimensions, *dimension) > 0) {
                       return "'" + name + "' is there already";
                   }
                   question.dimensions.push_back(*std::move(dimension));
                   return std::nullopt;
               });
}

// One of a table's names, given as text.
template <class Named>
void read_one_of(const json& body, std::string_view field, const Named& table, auto& into,
                 Problems& problems) {
    const auto found = body.find(field);
    if (found == body.end()) return;
    std::string all;
    for (const auto& [name, value] : table) {
        if (found->is_string() && found->get_ref<const std::string&>() == name) {
            into = value;
            return;
        }
        all += (all.empty() ? "" : ", ") + std::string(name);
    }
    problems.add(field, "must be one of " + all);
}

// Nothing when it is none.
std::optional<int64_t> minutes_from(std::string_view name) {
    constexpr std::string_view unit = "minutes";
    int64_t minutes = 0;
    const char* const end = name.data() + name.size();
    const auto [stopped, error] = std::from_chars(name.data(), end, minutes);
    const std::string_view rest(stopped, static_cast<size_t>(end - stopped));
    const bool is_right = error == std::errc{} && rest == unit && name.front() != '-' &&
                          name.front() != '0' && minutes <= store::most_bucket_minutes;
    return is_right ? std::optional(minutes) : std::nullopt;
}

void read_granularity(const json& body, Question& question, Problems& problems) {
    const auto found = body.find("granularity");
    if (found == body.end()) return;
    const std::string given = found->is_string() ? found->get<std::string>() : "";
    std::string all;
    for (const GranularityName& known : granularity_names) {
        if (given == known.name) {
            question.granularity = known.granularity;
            question.bucket_minutes = known.bucket_minutes;
            return;
        }
        all += std::string(known.name) + ", ";
    }
    const auto minutes = minutes_from(given);
    if (!minutes) {
        return problems.add("granularity",
                            "must be one of " + all +
                                "or another number of minutes like 2minutes, at most " +
                                std::to_string(store::most_bucket_minutes));
    }
    question.granularity = Granularity::minutes;
    question.bucket_minutes = *minutes;
}

void read_moment(const json& body, std::string_view field, std::optional<Moment>& into,
                 Problems& problems) {
    const auto found = body.find(field);
    if (found == body.end()) return;
    if (found->is_string()) {
        into = moment_from(found->get_ref<const std::string&>());
    } else if (found->is_number_integer()) {
        into = moment_from(found->dump());
    }
    if (!into) {
        problems.add(field,
                     "must be milliseconds since the epoch, a date (2026-11-20) or a date and time "
                     "(2026-11-20T10:00:00Z), between 1970 and 2100");
    }
}

void read_period(const json& body, Question& question, Problems& problems) {
    read_moment(body, "from", question.from, problems);
    read_moment(body, "to", question.to, problems);
    if (question.from && question.to && question.from->is_local == question.to->is_local &&
        question.from->ms >= question.to->ms) {
        problems.add("to", "must be later than from");
    }
    if (question.granularity == Granularity::all) return;
    for (const std::string_view field : {"from", "to"}) {
        if (!body.contains(field)) problems.add(field, "is needed for a granularity");
    }
}

void read_time_zone(const json& body, Question& question, Problems& problems) {
    constexpr size_t longest = 64;
    const auto found = body.find("timeZone");
    if (found == body.end()) return;
    if (!found->is_string() || found->get_ref<const std::string&>().size() > longest) {
        problems.add("timeZone", "must be the name of a zone, for example Europe/Berlin");
    } else {
        question.time_zone = found->get<std::string>();
    }
}

std::optional<SortKey> sort_key_from(const std::string& by, const Question& question) {
    if (by == "time" && question.granularity != Granularity::all) return SortKey{};
    for (size_t i = 0; i < question.metrics.size(); ++i) {
        if (question.metrics[i].text() == by) {
            return SortKey{.by = SortKey::By::metric, .index = i};
        }
    }
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        if (question.dimensions[i].text() == by) {
            return SortKey{.by = SortKey::By::dimension, .index = i};
        }
    }
    return std::nullopt;
}

void read_sort_key(const json& given, const std::string& at, Question& question,
                   Problems& problems) {
    if (!given.is_object()) return problems.add(at, "must be an object with the member by");
    for (const auto& [name, value] : given.items()) {
        if (name != "by" && name != "descending") problems.add(at + "." + name, "is not known");
    }
    const auto by = given.find("by");
    const auto key = by != given.end() && by->is_string()
                         ? sort_key_from(by->get_ref<const std::string&>(), question)
                         : std::nullopt;
    if (!key) {
        return problems.add(at + ".by",
                            "must be one of the metrics or dimensions asked for, or time where "
                            "there is a granularity");
    }
    SortKey wanted = *key;
    const auto descending = given.find("descending");
    if (descending != given.end()) {
        if (!descending->is_boolean()) return problems.add(at + ".descending", "must be a boolean");
        wanted.descending = descending->get<bool>();
    }
    const bool is_repeated = std::ranges::any_of(question.sort, [&](const SortKey& earlier) {
        return earlier.by == wanted.by && earlier.index == wanted.index;
    });
    if (is_repeated) return problems.add(at + ".by", "is there already");
    question.sort.push_back(wanted);
}

void read_sort(const json& body, Question& question, Problems& problems) {
    const auto found = body.find("sort");
    if (found == body.end()) return;
    const size_t most = question.metrics.size() + question.dimensions.size() + 1;
    if (!found->is_array() || found->size() > most) {
        return problems.add("sort", "must be a list of what to sort by, each once");
    }
    for (size_t i = 0; i < found->size(); ++i) {
        read_sort_key((*found)[i], place("sort", i), question, problems);
    }
}

void read_limit(const json& body, Question& question, Problems& problems) {
    const auto found = body.find("limit");
    if (found == body.end()) return;
    if (!found->is_number_unsigned() || found->get<uint64_t>() < 1 ||
        found->get<uint64_t>() > store::most_report_items) {
        return problems.add("limit", "must be a whole number from 1 to " +
                                         std::to_string(store::most_report_items));
    }
    question.limit = found->get<size_t>();
}

std::optional<Value> value_from(const json& given) {
    if (given.is_null()) return Value();
    if (given.is_number_float()) return Value(given.get<double>());
    if (given.is_number_integer()) return Value(given.get<int64_t>());
    if (given.is_string()) return Value(given.get<std::string>());
    return std::nullopt;
}

// Whether the order that a cursor was made for has such a value there.
bool fits(const Value& value, const SortKey& key, const Question& question) {
    if (std::holds_alternative<std::monostate>(value)) return key.by != SortKey::By::time;
    switch (key.by) {
        case SortKey::By::time:
            return std::holds_alternative<int64_t>(value);
        case SortKey::By::dimension:
            return std::holds_alternative<std::string>(value) ==
                   (question.dimensions[key.index].kind() == store::ValueKind::text);
        case SortKey::By::metric:
            return !std::holds_alternative<std::string>(value);
    }
    return false;
}

void read_cursor(const json& body, uint32_t digest, Question& question, Problems& problems) {
    const auto found = body.find("cursor");
    if (found == body.end() || found->is_null()) return;
    constexpr auto reason = "must be the next of an answer to this question";
    const json parts = found->is_string()
                           ? json::parse(found->get_ref<const std::string&>(), nullptr, false)
                           : json();
    const std::vector<SortKey> keys = sort_keys(question);
    if (!parts.is_array() || parts.size() != keys.size() + 1 || parts[0] != digest) {
        return problems.add("cursor", reason);
    }
    std::vector<Value> behind;
    for (size_t i = 0; i < keys.size(); ++i) {
        auto value = value_from(parts[i + 1]);
        if (!value || !fits(*value, keys[i], question)) return problems.add("cursor", reason);
        behind.push_back(*std::move(value));
    }
    question.behind = std::move(behind);
}

uint32_t digest_of(json body) {
    body.erase("cursor");
    body.erase("limit");
    return base::crc32c(body.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

ReportRequest report_request_from(std::string_view body) {
    ReportRequest request;
    Problems problems(request.problems);
    const json given = json::parse(body, nullptr, false);
    if (!given.is_object()) {
        problems.add("", "the body must be a JSON object");
        return request;
    }
    for (const auto& [name, value] : given.items()) {
        if (std::ranges::count(fields, name) == 0) problems.add(name, "is not known");
    }
    Question& question = request.question;
    read_metrics(given, question, problems);
    read_dimensions(given, question, problems);
    if (given.contains("filter")) {
        question.filter.parts = {filter_from(given["filter"], "filter", problems)};
    }
    read_one_of(given, "segment", segment_names, question.segment, problems);
    read_granularity(given, question, problems);
    read_period(given, question, problems);
    read_programs(given, question, problems);
    check_needs_of_metrics(question, problems);
    read_time_zone(given, question, problems);
    read_sort(given, question, problems);
    read_limit(given, question, problems);
    request.digest = digest_of(given);
    if (request.problems.empty()) read_cursor(given, request.digest, question, problems);
    return request;
}

namespace {

// Reads digits and marks one after the other; what does not fit makes all of it wrong.
class DateReader {
  public:
    explicit DateReader(std::string_view text) : rest_(text) {}

    int64_t digits(size_t count) {
        int64_t number = 0;
        if (rest_.size() < count) return wrong();
        for (const char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return wrong();
            constexpr int64_t decimal = 10;
            number = number * decimal + (c - '0');
        }
        rest_.remove_prefix(count);
        return number;
    }

    bool skip(char mark) {
        if (rest_.empty() || rest_.front() != mark) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void need(char mark) { is_right_ = skip(mark) && is_right_; }

    void need(bool holds) { is_right_ = holds && is_right_; }

    bool is_at_end() const { return rest_.empty(); }

    bool is_right() const { return is_right_; }

  private:
    int64_t wrong() {
        is_right_ = false;
        return 0;
    }

    std::string_view rest_;
    bool is_right_ = true;
};

constexpr int64_t ms_in_second = 1'000;
constexpr int64_t ms_in_minute = 60 * ms_in_second;
constexpr int64_t ms_in_hour = 60 * ms_in_minute;
constexpr int64_t ms_in_day = 24 * ms_in_hour;

int64_t read_date(DateReader& reader) {
    const auto year = static_cast<int>(reader.digits(4));
    reader.need('-');
    const auto month = static_cast<unsigned>(reader.digits(2));
    reader.need('-');
    const auto day = static_cast<unsigned>(reader.digits(2));
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    reader.need(date.ok());
    if (!reader.is_right()) return 0;
    return std::chrono::sys_days(date).time_since_epoch().count() * ms_in_day;
}

int64_t read_time(DateReader& reader) {
    const int64_t hours = reader.digits(2);
    reader.need(':');
    const int64_t minutes = reader.digits(2);
    const int64_t seconds = reader.skip(':') ? reader.digits(2) : 0;
    const int64_t ms = reader.skip('.') ? reader.digits(3) : 0;
    constexpr int64_t hours_in_day = 24;
    constexpr int64_t minutes_in_hour = 60;
    reader.need(hours < hours_in_day && minutes < minutes_in_hour && seconds < minutes_in_hour);
    return hours * ms_in_hour + minutes * ms_in_minute + seconds * ms_in_second + ms;
}

// How far the zone at the end is ahead of UTC; nothing when there is none.
std::optional<int64_t> read_zone(DateReader& reader) {
    if (reader.is_at_end()) return std::nullopt;
    if (reader.skip('Z')) return 0;
    const bool is_behind = reader.skip('-');
    if (!is_behind) reader.need('+');
    const int64_t hours = reader.digits(2);
    reader.need(':');
    const int64_t ahead = hours * ms_in_hour + reader.digits(2) * ms_in_minute;
    return is_behind ? -ahead : ahead;
}

}  // namespace

std::optional<Moment> moment_from(std::string_view text) {
    Moment moment;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, moment.ms);
    if (error != std::errc{} || stopped != end) {
        DateReader reader(text);
        moment.ms = read_date(reader);
        moment.is_local = true;
        if (reader.skip('T')) {
            moment.ms += read_time(reader);
            if (const auto ahead = read_zone(reader)) moment = {.ms = moment.ms - *ahead};
        }
        if (!reader.is_right() || !reader.is_at_end()) return std::nullopt;
    }
    if (moment.ms < store::first_moment || moment.ms > store::last_moment) return std::nullopt;
    return moment;
}

std::string cursor_text(uint32_t digest, const std::vector<Value>& behind) {
    json parts = json::array({digest});
    for (const Value& value : behind) {
        std::visit(
            [&](const auto& known) {
                using Known = std::decay_t<decltype(known)>;
                if constexpr (std::is_same_v<Known, std::monostate>) {
                    parts.push_back(nullptr);
                } else {
                    parts.push_back(known);
                }
            },
            value);
    }
    return parts.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace playhead::web
