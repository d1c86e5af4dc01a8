// SPDX-License-Identifier: Apache-2.0
#include "web/report_filter_request.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using nlohmann::json;
using store::DimensionName;
using store::Filter;
using store::SumMetric;
using store::Value;
using store::ValueKind;

constexpr std::array<std::string_view, 6> operators = {"equals",  "in",   "contains",
                                                       "matches", "from", "to"};

std::string place(const std::string& list, size_t index) {
    return list + "[" + std::to_string(index) + "]";
}

// Not one of minutes, of a period or of programs.
bool is_of_one_record(const SumMetric& metric) {
    return metric.record < store::Record::session_minute;
}

// Reads one filter, and counts what is in it.
class FilterReader {
  public:
    explicit FilterReader(Problems& problems) : problems_(problems) {}

    Filter read(const json& given, const std::string& at, size_t depth) {
        if (depth > store::most_filter_depth) {
            return refuse(at, "must not lie deeper than " +
                                  std::to_string(store::most_filter_depth) + " filters");
        }
        if (!given.is_object()) return refuse(at, "must be an object");
        for (const auto& [name, kind] : joints) {
            if (given.contains(name)) return read_joint(given, std::string(name), kind, at, depth);
        }
        return read_condition(given, at);
    }

  private:
    static constexpr std::array<std::pair<std::string_view, Filter::Kind>, 3> joints = {{
        {"and", Filter::Kind::all_of},
        {"or", Filter::Kind::any_of},
        {"not", Filter::Kind::none_of},
    }};

    Filter refuse(const std::string& at, std::string reason) {
        problems_.add(at, std::move(reason));
        return {};
    }

    Filter read_joint(const json& given, const std::string& name, Filter::Kind kind,
                      const std::string& at, size_t depth) {
        if (given.size() > 1) return refuse(at, "must have no other member beside " + name);
        const json& inner = given[name];
        const std::string inside = at + "." + name;
        Filter filter;
        filter.kind = kind;
        if (kind == Filter::Kind::none_of) {
            filter.parts.push_back(read(inner, inside, depth + 1));
            return filter;
        }
        if (!inner.is_array() || inner.empty()) return refuse(inside, "must be a list of filters");
        for (size_t i = 0; i < inner.size(); ++i) {
            filter.parts.push_back(read(inner[i], place(inside, i), depth + 1));
        }
        return filter;
    }

    Filter read_condition(const json& given, const std::string& at) {
        if (++conditions_ == store::most_filter_conditions + 1) {
            problems_.add("filter", "must have at most " +
                                        std::to_string(store::most_filter_conditions) +
                                        " conditions");
        }
        if (conditions_ > store::most_filter_conditions) return {};
        Filter filter;
        if (!read_subject(given, at, filter)) return filter;
        size_t found = 0;
        for (const auto& [name, value] : given.items()) {
            if (name == "dimension" || name == "metric") continue;
            const bool is_known = std::ranges::count(operators, name) > 0;
            if (!is_known) problems_.add(at + "." + name, "is not known");
            found += is_known ? 1 : 0;
        }
        const bool is_range = given.contains("from") || given.contains("to");
        const size_t wanted = given.contains("from") && given.contains("to") ? 2 : 1;
        if (found != wanted) {
            return refuse(at, "must have one of equals, in, contains, matches, or from and to");
        }
        if (is_range) {
            read_range(given, at, filter);
        } else {
            read_operator(given, at, filter);
        }
        return filter;
    }

    bool read_subject(const json& given, const std::string& at, Filter& filter) {
        const auto dimension = given.find("dimension");
        const auto metric = given.find("metric");
        if ((dimension == given.end()) == (metric == given.end())) {
            problems_.add(at, "must have one of and, or, not, dimension, metric");
            return false;
        }
        if (metric != given.end()) {
            const SumMetric* found =
                metric->is_string() ? store::sum_metric_named(metric->get_ref<const std::string&>())
                                    : nullptr;
            if (found == nullptr || !is_of_one_record(*found)) {
                problems_.add(at + ".metric", found == nullptr
                                                  ? "must be a metric that is not calculated"
                                                  : "must not be one of minutes or programs");
                return false;
            }
            filter.subject = found;
            return true;
        }
        auto found =
            dimension->is_string() ? dimension_from(dimension->get<std::string>()) : std::nullopt;
        if (!found) {
            problems_.add(at + ".dimension", "must be a dimension");
            return false;
        }
        if (found->known != nullptr && found->known->part == store::Part::program) {
            problems_.add(at + ".dimension", "must not be program");
            return false;
        }
        filter.subject = *std::move(found);
        return true;
    }

    static ValueKind kind_of(const Filter& filter) {
        const auto* dimension = std::get_if<DimensionName>(&filter.subject);
        return dimension == nullptr ? ValueKind::integer : dimension->kind();
    }

    void read_range(const json& given, const std::string& at, Filter& filter) {
        filter.kind = Filter::Kind::range;
        if (kind_of(filter) == ValueKind::text) {
            problems_.add(at, "from and to are for numbers; this dimension is text");
            return;
        }
        for (const auto& [name, into] : {std::pair("from", &filter.from), {"to", &filter.to}}) {
            const auto edge = given.find(name);
            if (edge == given.end()) continue;
            if (edge->is_number()) {
                *into = edge->get<double>();
            } else {
                problems_.add(at + "." + name, "must be a number");
            }
        }
    }

    void read_operator(const json& given, const std::string& at, Filter& filter) {
        if (given.contains("equals")) {
            filter.kind = Filter::Kind::in;
            add_value(given["equals"], at + ".equals", filter);
        } else if (given.contains("in")) {
            filter.kind = Filter::Kind::in;
            read_list(given["in"], at + ".in", filter);
        } else {
            const bool is_pattern = given.contains("matches");
            const std::string name = is_pattern ? "matches" : "contains";
            if (!read_text(given[name], at + "." + name, filter)) return;
            filter.kind = is_pattern ? Filter::Kind::matches : Filter::Kind::contains;
        }
    }

    void read_list(const json& given, const std::string& at, Filter& filter) {
        if (!given.is_array() || given.empty() || given.size() > store::most_filter_values) {
            problems_.add(at, "must be a list of 1 to " +
                                  std::to_string(store::most_filter_values) + " values");
            return;
        }
        for (size_t i = 0; i < given.size(); ++i) add_value(given[i], place(at, i), filter);
    }

    void add_value(const json& given, const std::string& at, Filter& filter) {
        const bool is_text = kind_of(filter) == ValueKind::text;
        if (given.is_null()) {
            filter.values.emplace_back();
        } else if (is_text && given.is_string()) {
            filter.values.emplace_back(given.get<std::string>());
        } else if (!is_text && given.is_number()) {
            filter.values.emplace_back(given.get<double>());
        } else {
            problems_.add(at, is_text ? "must be a text or null" : "must be a number or null");
        }
    }

    bool read_text(const json& given, const std::string& at, Filter& filter) {
        if (kind_of(filter) != ValueKind::text) {
            problems_.add(at, "is for texts; this is a number");
        } else if (!given.is_string() || given.get_ref<const std::string&>().empty() ||
                   given.get_ref<const std::string&>().size() > store::most_pattern_bytes ||
                   given.get_ref<const std::string&>().find('\0') != std::string::npos) {
            problems_.add(at, "must be a text of 1 to " +
                                  std::to_string(store::most_pattern_bytes) + " bytes");
        } else {
            filter.values.emplace_back(given.get<std::string>());
            return true;
        }
        return false;
    }

    Problems& problems_;
    size_t conditions_ = 0;
};

}  // namespace

std::optional<DimensionName> dimension_from(const std::string& name) {
    if (const auto* known = store::report_dimension_named(name)) {
        return DimensionName{.known = known, .key = {}};
    }
    const bool is_custom =
        name.starts_with(store::custom_prefix) && name.size() > store::custom_prefix.size();
    if (!is_custom) return std::nullopt;
    return DimensionName{.known = nullptr, .key = name.substr(store::custom_prefix.size())};
}

Filter filter_from(const json& given, const std::string& at, Problems& problems) {
    return FilterReader(problems).read(given, at, 1);
}

}  // namespace playhead::web
