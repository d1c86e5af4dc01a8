// SPDX-License-Identifier: Apache-2.0
#include "store/day_sums.h"

#include <algorithm>
#include <array>

#include <duckdb.h>

#include "base/check.h"
#include "base/digest.h"
#include "store/sql_text.h"

namespace playhead::store {
namespace {

// Those of one value a session that the pages of the dashboard ask for.
constexpr std::array<std::string_view, summed_dimension_count> names = {
    "",
    "media.id",
    "media.name",
    "media.show",
    "media.channel",
    "media.contentType",
    "media.streamType",
    "media.playerName",
    "media.sdkVersion",
    "media.libraryVersion",
    "media.network",
    "media.feed",
    "media.dayPart",
    "media.pass.mvpd",
    "analytics.reportSuite",
    "segment",
    "session.closeReason",
};

constexpr std::array summed_records = {Record::session_start, Record::session_close};

// As reports see the rows of the store.
constexpr std::string_view stored =
    "(SELECT false AS is_open, * EXCLUDE (offsets) FROM sessions WHERE reported) s";

// How much one of a high part is: 2^62, so that both parts of what a HUGEINT holds fit but for its
// last two bits.
constexpr std::string_view high_part = "4611686018427387904::HUGEINT";

std::string text(int64_t number) {
    return std::to_string(number);
}

// What one client can make as large as it likes, and what has twelve digits behind the point.
bool is_wide(const SumMetric& metric) {
    constexpr std::array<std::string_view, 4> sent = {"bitrateAverage", "droppedFrames",
                                                      "timeToStart", "framesPerSecond"};
    return metric.unit == Unit::audience || std::ranges::find(sent, metric.name) != sent.end();
}

std::string column_of(const SumMetric& metric) {
    std::string column;
    char before = '_';
    for (const char letter : metric.name) {
        const bool is_upper = letter >= 'A' && letter <= 'Z';
        const bool is_digit = letter >= '0' && letter <= '9';
        const bool is_first_digit = is_digit && (before < '0' || before > '9');
        if (is_upper || is_first_digit) column += '_';
        column += is_upper ? static_cast<char>(letter | 0x20) : letter;
        before = letter;
    }
    return column;
}

std::array<SummedDimension, summed_dimension_count> find_dimensions() {
    std::array<SummedDimension, summed_dimension_count> found{};
    found[0] = {.name = "", .step_ms = quarter_hour_ms, .value = "NULL::VARCHAR"};
    for (size_t i = 1; i < names.size(); ++i) {
        const ReportDimension* known = report_dimension_named(names[i]);
        CHECK(known != nullptr && known->part == Part::session && known->kind == ValueKind::text);
        found[i] = {.name = known->name, .step_ms = day_ms, .value = known->value};
    }
    return found;
}

std::string sum_statement(const SummedDimension& dimension, Record record, int64_t day_ts) {
    const std::string time(time_of(record));
    std::string columns = "record, dimension, ts, value";
    std::string values = sql_text(name_in_sums(record)) + ", " + sql_text(dimension.name) + ", " +
                         time + " - " + time + " % " + text(dimension.step_ms) + ", " +
                         std::string(dimension.value);
    for (const SumMetric& metric : sum_metrics()) {
        if (metric.record != record) continue;
        for (const std::string& column : columns_in_sums(metric)) columns += ", " + column;
        const std::string sum = sum_of(metric, value_of(metric));
        values += is_wide(metric) ? ", (" + sum + " % " + std::string(high_part) + ")::BIGINT, (" +
                                        sum + " // " + std::string(high_part) + ")::BIGINT"
                                  : ", " + sum + "::BIGINT";
    }
    return "INSERT INTO sums (" + columns + ") SELECT " + values + " FROM " + std::string(stored) +
           " WHERE " + is_of_day(record, day_ts) + " GROUP BY 3, 4; ";
}

}  // namespace

std::span<const SummedDimension> summed_dimensions() {
    static const auto found = find_dimensions();
    return found;
}

const SummedDimension* summed_dimension_named(std::string_view name) {
    const auto all = summed_dimensions();
    const auto found = std::ranges::find(all, name, &SummedDimension::name);
    return found == all.end() ? nullptr : &*found;
}

bool is_summed(Record record) {
    return std::ranges::find(summed_records, record) != summed_records.end();
}

std::string_view name_in_sums(Record record) {
    CHECK(is_summed(record));
    return record == Record::session_start ? "start" : "close";
}

std::vector<std::string> columns_in_sums(const SumMetric& metric) {
    const std::string column = column_of(metric);
    if (!is_wide(metric)) return {column};
    return {column, column + "_high"};
}

std::string sum_of_sums(const SumMetric& metric) {
    const std::string column = column_of(metric);
    if (!is_wide(metric)) return "sum(" + column + ")::HUGEINT";
    return "(sum(" + column + "_high)::HUGEINT * " + std::string(high_part) + " + sum(" + column +
           "))";
}

std::string create_sums_statements() {
    std::string sums =
        "CREATE TABLE sums (record VARCHAR NOT NULL, dimension VARCHAR NOT NULL, "
        "ts BIGINT NOT NULL, value VARCHAR";
    for (const SumMetric& metric : sum_metrics()) {
        if (!is_summed(metric.record)) continue;
        for (const std::string& column : columns_in_sums(metric)) sums += ", " + column + " BIGINT";
    }
    return sums +
           "); CREATE TABLE summed_days (day_ts BIGINT NOT NULL, dimension VARCHAR NOT NULL, "
           "meaning VARCHAR NOT NULL, has_sums BOOLEAN NOT NULL, closed_sessions BIGINT, "
           "latest_start_ts BIGINT, rule_sets BIGINT[], sessions_without_spans BIGINT); ";
}

const std::string& sums_meaning() {
    static const std::string meaning = [] {
        base::Sha256Stream all;
        all.add(duckdb_library_version());
        for (const SummedDimension& dimension : summed_dimensions()) {
            all.add(sum_statements(dimension, 0) + note_statement(dimension, 0, true));
        }
        constexpr size_t digits = 32;
        return base::hex(all.digest()).substr(0, digits);
    }();
    return meaning;
}

std::string is_of_day(Record record, int64_t day_ts) {
    const std::string time(time_of(record));
    return time + " >= " + text(day_ts) + " AND " + time + " < " + text(day_ts + day_ms);
}

std::string count_values(const SummedDimension& dimension, int64_t day_ts) {
    std::string each;
    for (const Record record : summed_records) {
        each += (each.empty() ? "" : " UNION ") + std::string("SELECT ") +
                std::string(dimension.value) + " FROM " + std::string(stored) + " WHERE " +
                is_of_day(record, day_ts);
    }
    return "SELECT count(*)::UBIGINT FROM (" + each + ")";
}

std::string sum_statements(const SummedDimension& dimension, int64_t day_ts) {
    std::string statements;
    for (const Record record : summed_records) {
        statements += sum_statement(dimension, record, day_ts);
    }
    return statements;
}

std::string note_statement(const SummedDimension& dimension, int64_t day_ts, bool has_sums) {
    // The name of the meaning stands in by a parameter: it is made of this text too.
    const std::string day = "SELECT " + text(day_ts) + ", " + sql_text(dimension.name) +
                            ", $1::VARCHAR, " + (has_sums ? "true" : "false");
    const std::string into = "INSERT INTO summed_days " + day;
    if (!has_sums || !dimension.name.empty()) return into + ", NULL, NULL, NULL, NULL";
    return into +
           ", count(*), max(s.start_ts), list_sort(list(DISTINCT s.rule_set)), "
           "coalesce(count_if(s.content_spans IS NULL AND s.time_played_ms > 0), 0)::BIGINT FROM " +
           std::string(stored) + " WHERE " + is_of_day(Record::session_close, day_ts);
}

std::string note_empty_statement(int64_t day_ts) {
    std::string all;
    for (const SummedDimension& dimension : summed_dimensions()) {
        all += (all.empty() ? "" : ", ") + sql_text(dimension.name);
    }
    return "INSERT INTO summed_days SELECT " + text(day_ts) +
           ", name, $1::VARCHAR, true, CASE WHEN name = '' THEN 0 END, NULL, NULL, CASE WHEN name "
           "= '' THEN 0 END FROM (SELECT unnest([" +
           all + "]) AS name)";
}

std::string forget_statements(int64_t day_ts) {
    const std::string begin = text(day_ts);
    return "DELETE FROM summed_days WHERE day_ts = " + begin +
           "; DELETE FROM sums WHERE ts >= " + begin + " AND ts < " + text(day_ts + day_ms) + "; ";
}

}  // namespace playhead::store
