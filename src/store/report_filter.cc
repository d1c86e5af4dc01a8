// SPDX-License-Identifier: Apache-2.0
#include "store/report_filter.h"

#include <map>

#include "base/check.h"

namespace playhead::store {
namespace {

std::string quoted(std::string_view text) {
    std::string literal = "'";
    for (const char c : text) {
        CHECK(c != '\0');
        literal += c == '\'' ? std::string("''") : std::string(1, c);
    }
    return literal + "'";
}

bool is_joint(Filter::Kind kind) {
    return kind == Filter::Kind::all_of || kind == Filter::Kind::any_of ||
           kind == Filter::Kind::none_of;
}

Part part_of(const Filter& condition) {
    if (const auto* metric = std::get_if<const SumMetric*>(&condition.subject)) {
        return part_of((*metric)->record);
    }
    const auto& dimension = std::get<DimensionName>(condition.subject);
    return dimension.known == nullptr ? Part::session : dimension.known->part;
}

std::string subject_of(const Filter& condition, const RecordScope& scope,
                       std::vector<Value>& parameters) {
    if (const auto* metric = std::get_if<const SumMetric*>(&condition.subject)) {
        return number_of(**metric);
    }
    return value_of(std::get<DimensionName>(condition.subject), scope, parameters);
}

std::string is_in(const Filter& condition, const std::string& subject,
                  std::vector<Value>& parameters) {
    std::string values;
    bool has_nothing = false;
    for (const Value& value : condition.values) {
        if (std::holds_alternative<std::monostate>(value)) {
            has_nothing = true;
            continue;
        }
        if (!values.empty()) values += ", ";
        values += parameter(value, parameters);
    }
    std::string sql =
        values.empty() ? "false" : "coalesce(" + subject + " IN (" + values + "), false)";
    if (has_nothing) sql = "(" + sql + " OR " + subject + " IS NULL)";
    return sql;
}

std::string is_in_range(const Filter& condition, const std::string& subject,
                        std::vector<Value>& parameters) {
    std::string sql;
    if (condition.from) sql = subject + " >= " + parameter(*condition.from, parameters);
    if (condition.to) {
        if (!sql.empty()) sql += " AND ";
        sql += subject + " < " + parameter(*condition.to, parameters);
    }
    return "coalesce(" + (sql.empty() ? subject + " IS NOT NULL" : sql) + ", false)";
}

// Of a condition whose part is in the scope.
std::string here(const Filter& condition, const RecordScope& scope,
                 std::vector<Value>& parameters) {
    const std::string subject = "(" + subject_of(condition, scope, parameters) + ")";
    switch (condition.kind) {
        case Filter::Kind::in:
            return is_in(condition, subject, parameters);
        case Filter::Kind::contains:
            return "coalesce(contains(" + subject + ", " +
                   parameter(condition.values.front(), parameters) + "), false)";
        case Filter::Kind::matches:
            // A constant is compiled once, a parameter for each row.
            return "coalesce(regexp_matches(" + subject + ", " +
                   quoted(std::get<std::string>(condition.values.front())) + "), false)";
        case Filter::Kind::range:
            return is_in_range(condition, subject, parameters);
        case Filter::Kind::all_of:
        case Filter::Kind::any_of:
        case Filter::Kind::none_of:
            break;
    }
    CHECK(false);
}

// The session has one of `part` for which all of these hold.
std::string has_one(Part part, const std::vector<const Filter*>& conditions,
                    const RecordScope& scope, std::vector<Value>& parameters) {
    const std::string alias(alias_of(part));
    std::string all;
    for (const Filter* condition : conditions) {
        if (!all.empty()) all += " AND ";
        all += here(*condition, scope, parameters);
    }
    return "s.session_id IN (SELECT " + alias + ".session_id FROM " +
           std::string(relation_of(part)) + " " + alias + " WHERE " + all + ")";
}

std::string all_of(const std::vector<Filter>& parts, const RecordScope& scope,
                   std::vector<Value>& parameters) {
    std::map<Part, std::vector<const Filter*>> elsewhere;
    std::string all = "true";
    for (const Filter& each : parts) {
        if (is_joint(each.kind) || scope.has(part_of(each))) {
            all += " AND " + condition_of(each, scope, parameters);
        } else {
            elsewhere[part_of(each)].push_back(&each);
        }
    }
    for (const auto& [part, conditions] : elsewhere) {
        all += " AND " + has_one(part, conditions, scope, parameters);
    }
    return "(" + all + ")";
}

}  // namespace

std::string parameter(Value value, std::vector<Value>& parameters) {
    const char* type = "VARCHAR";
    if (std::holds_alternative<int64_t>(value)) type = "BIGINT";
    if (std::holds_alternative<double>(value)) type = "DOUBLE";
    CHECK(!std::holds_alternative<std::monostate>(value));
    parameters.push_back(std::move(value));
    return "$" + std::to_string(parameters.size()) + "::" + type;
}

std::string value_of(const DimensionName& dimension, const RecordScope& scope,
                     std::vector<Value>& parameters) {
    if (dimension.known != nullptr) return std::string(dimension.known->value);
    const bool has_own = scope.own == Part::ad || scope.own == Part::chapter;
    const std::string alias(alias_of(has_own ? scope.own : Part::session));
    return alias + ".custom_metadata[" + parameter(dimension.key, parameters) + "]";
}

std::string condition_of(const Filter& filter, const RecordScope& scope,
                         std::vector<Value>& parameters) {
    if (filter.kind == Filter::Kind::all_of) return all_of(filter.parts, scope, parameters);
    if (filter.kind == Filter::Kind::any_of || filter.kind == Filter::Kind::none_of) {
        std::string any = "false";
        for (const Filter& each : filter.parts) {
            any += " OR " + condition_of(each, scope, parameters);
        }
        return (filter.kind == Filter::Kind::none_of ? "(NOT (" : "((") + any + "))";
    }
    const Part part = part_of(filter);
    if (scope.has(part)) return here(filter, scope, parameters);
    return has_one(part, {&filter}, scope, parameters);
}

}  // namespace playhead::store
