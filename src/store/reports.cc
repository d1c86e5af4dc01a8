// SPDX-License-Identifier: Apache-2.0
#include "store/reports.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "store/failure.h"
#include "store/report_plan.h"
#include "store/report_relations.h"

namespace playhead::store {
namespace {

// Zones that are remembered; there are some six hundred, and few are asked for.
constexpr size_t most_zones = 64;

base::Result<Answer> run(Connection& connection, const Plan& plan) {
    auto statement = connection.prepare(plan.sql);
    if (!statement) return std::unexpected(statement.error());
    for (size_t i = 0; i < plan.parameters.size(); ++i) {
        statement->bind_value(i + 1, plan.parameters[i]);
    }
    return statement->run();
}

bool is_of_the_wall(Granularity granularity) {
    return granularity >= Granularity::day;
}

ReportItem item_of(const Answer& answer, const Question& question) {
    ReportItem item;
    size_t column = 0;
    if (question.granularity != Granularity::all) item.time = answer.integer(column++);
    for (size_t i = 0; i < question.dimensions.size(); ++i) {
        item.dimensions.push_back(answer.value(column++));
    }
    for (size_t i = 0; i < question.metrics.size(); ++i) {
        item.metrics.push_back(answer.value(column++));
    }
    return item;
}

bool needs_spans(const Question& question) {
    return std::ranges::any_of(question.metrics, [](const MetricName& metric) {
        if (metric.sum == nullptr) return false;
        const Record record = metric.sum->record;
        return record == Record::content_minute || record == Record::session_part ||
               record == Record::program_part;
    });
}

std::vector<Value> place_of(const ReportItem& item, const Question& question) {
    std::vector<Value> place;
    for (const SortKey& key : sort_keys(question)) {
        switch (key.by) {
            case SortKey::By::time:
                place.emplace_back(*item.time);
                break;
            case SortKey::By::dimension:
                place.push_back(item.dimensions[key.index]);
                break;
            case SortKey::By::metric:
                place.push_back(item.metrics[key.index]);
                break;
        }
    }
    return place;
}

// The patterns of a filter, each once for each condition.
void find_patterns(const Filter& filter, std::vector<std::string>& patterns) {
    if (filter.kind == Filter::Kind::matches) {
        patterns.push_back(std::get<std::string>(filter.values.front()));
    }
    for (const Filter& part : filter.parts) find_patterns(part, patterns);
}

}  // namespace

Reports::Reports(std::shared_ptr<Database> database, Connection connection)
    : database_(std::move(database)), connection_(std::move(connection)) {
}

base::Result<std::unique_ptr<Reports>> Reports::make(std::shared_ptr<Database> database) {
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    const auto made = make_report_relations(*connection);
    if (!made) return std::unexpected(made.error());
    return std::unique_ptr<Reports>(new Reports(std::move(database), *std::move(connection)));
}

base::Result<const TimeZone*> Reports::zone_named(const std::string& name) {
    if (name == "UTC") return &utc_;
    const auto known = zones_.find(name);
    if (known != zones_.end()) return &known->second;
    auto zone = read_time_zone(connection_, name);
    if (!zone) return std::unexpected(zone.error());
    if (zones_.size() == most_zones) zones_.clear();
    return &zones_.emplace(name, *std::move(zone)).first->second;
}

base::Result<std::vector<Objection>> Reports::object_to(const Question& question) {
    std::vector<Objection> objections;
    const auto zone = zone_named(question.time_zone);
    if (!zone) {
        if (zone.error().code != base::ErrorCode::invalid) return std::unexpected(zone.error());
        objections.push_back({"timeZone", "is not a zone of the IANA database"});
    }
    std::vector<std::string> patterns;
    find_patterns(question.filter, patterns);
    for (const std::string& pattern : patterns) {
        auto statement = connection_.prepare("SELECT regexp_matches('', $1::VARCHAR)");
        if (!statement) return std::unexpected(statement.error());
        statement->bind(1, pattern);
        const auto tried = statement->run();
        if (tried) continue;
        if (tried.error().code != base::ErrorCode::invalid) return std::unexpected(tried.error());
        objections.push_back({"filter", "'" + pattern + "' is no regular expression of RE2: " +
                                            words_of(tried.error())});
    }
    return objections;
}

base::Result<Report> Reports::answer(const Question& question) {
    auto begun = connection_.run("BEGIN TRANSACTION");
    if (!begun) {
        connection_.roll_back();
        return std::unexpected(begun.error());
    }
    const uint64_t compared_at = stored_offset_;
    auto report = answer_in_transaction(question);
    // Nothing but temporary tables was written.
    const auto ended = report ? connection_.run("COMMIT") : base::Result<void>();
    if (!report || !ended) {
        connection_.roll_back();
        stored_offset_ = compared_at;  // what was taken out of the open sessions is there again
    }
    if (!ended) return std::unexpected(ended.error());
    return report;
}

base::Result<Report> Reports::answer_in_transaction(const Question& asked) {
    const auto zone = zone_named(asked.time_zone);
    if (!zone) return std::unexpected(zone.error());
    const Period period = period_of(asked, **zone);
    const Question question = with_fewer_buckets(asked, period);
    const auto days = SummedDays::read(connection_, question, period);
    if (!days) return std::unexpected(days.error());
    auto found = reflects(question, period, *days);
    if (!found) return std::unexpected(found.error());
    Report report;
    report.granularity = question.granularity;
    report.bucket_minutes = question.bucket_minutes;
    report.reflects = *std::move(found);
    const auto made = run(connection_, plan_items(question, period, **zone, *days));
    if (!made) return std::unexpected(made.error());
    auto added = add_items(question, period, **zone, report);
    if (added) added = add_extremes(question, period, report);
    if (!added) return std::unexpected(added.error());

    auto totals = run(connection_, plan_totals(question, period, *days));
    if (!totals) return std::unexpected(totals.error());
    CHECK(totals->next());
    for (size_t i = 0; i < question.metrics.size(); ++i) report.totals.push_back(totals->value(i));
    // What it was made of is of people, and need not stay.
    const auto dropped = connection_.run("DROP TABLE report_items");
    if (!dropped) return std::unexpected(dropped.error());
    return report;
}

base::Result<void> Reports::add_items(const Question& question, const Period& period,
                                      const TimeZone& zone, Report& report) {
    auto items = run(connection_, plan_page(question, period));
    if (!items) return std::unexpected(items.error());
    while (items->next()) report.items.push_back(item_of(*items, question));
    if (report.items.size() > question.limit) {
        report.items.pop_back();
        report.next = place_of(report.items.back(), question);
    }
    if (is_of_the_wall(question.granularity)) {
        for (ReportItem& item : report.items) item.time = zone.utc_of(*item.time);
    }
    return {};
}

base::Result<void> Reports::add_extremes(const Question& question, const Period& period,
                                         Report& report) {
    const std::vector<Plan> plans = plan_extremes(question, period);
    auto metric = question.metrics.begin();
    for (const Plan& plan : plans) {
        auto answer = run(connection_, plan);
        if (!answer) return std::unexpected(answer.error());
        CHECK(answer->next());
        metric = std::find_if(metric, question.metrics.end(), is_by_minute);
        report.extremes.push_back({.metric = (metric++)->text(),
                                   .largest = answer->integer(0),
                                   .largest_at = answer->integer(1),
                                   .smallest = answer->integer(2),
                                   .smallest_at = answer->integer(3)});
    }
    return {};
}

base::Result<Reflects> Reports::reflects(const Question& question, const Period& period,
                                         const SummedDays& days) {
    Reflects found;
    auto checkpoint = connection_.ask(
        "SELECT journal_offset, (SELECT coalesce(sum(sessions), 0)::BIGINT FROM erasures) "
        "FROM checkpoint");
    if (!checkpoint) return std::unexpected(checkpoint.error());
    if (!checkpoint->next()) {
        return base::fail(base::ErrorCode::damaged, "the store has lost its checkpoint");
    }
    const uint64_t stored = checkpoint->natural(0);
    if (has_open_sessions_ && stored != stored_offset_) {
        const auto forgotten = forget_stored_sessions(connection_);
        if (!forgotten) return std::unexpected(forgotten.error());
        stored_offset_ = stored;
    }
    found.erased_sessions = checkpoint->integer(1);
    found.open_offset = open_offset_.value_or(0);
    found.journal_offset = std::max(stored, found.open_offset);
    auto counted = run(connection_, plan_completeness(period, days));
    if (!counted) return std::unexpected(counted.error());
    CHECK(counted->next());
    found.open_sessions = counted->integer(1);
    found.closed_sessions = counted->integer(0) - found.open_sessions;
    if (needs_spans(question)) {
        auto without = run(connection_, plan_without_spans(period, days));
        if (!without) return std::unexpected(without.error());
        CHECK(without->next());
        found.sessions_without_spans = without->integer(0);
    }
    if (counted->is_null(2)) return found;
    if (counted->integer(2) == counted->integer(3)) {
        found.rule_sets.push_back(counted->integer(2));
        return found;
    }
    auto sets = run(connection_, plan_rule_sets(period, days));
    if (!sets) return std::unexpected(sets.error());
    while (sets->next()) found.rule_sets.push_back(sets->integer(0));
    return found;
}

base::Result<void> Reports::begin_open_sessions() {
    open_offset_.reset();
    stored_offset_ = UINT64_MAX;  // what follows may be in the store already
    if (!has_open_sessions_) return {};
    has_open_sessions_ = false;
    return clear_open_sessions(connection_);
}

base::Result<void> Reports::replace_open_sessions(std::span<const session::SessionRow> rows) {
    if (rows.empty()) return {};
    has_open_sessions_ = true;
    return store::replace_open_sessions(connection_, rows);
}

base::Result<void> Reports::add_open_sessions(std::span<const session::SessionRow> rows) {
    if (rows.empty()) return {};
    has_open_sessions_ = true;
    return store::add_open_sessions(connection_, rows);
}

}  // namespace playhead::store
