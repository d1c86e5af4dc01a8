// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"
#include "session/row.h"
#include "store/duckdb_store.h"
#include "store/reports.h"
#include "store/scratch_folder.h"
#include "web/report_answer.h"
#include "web/report_names.h"
#include "web/report_request.h"

// Reports as text: rows, questions, and the tables that they give (tests/reports/README.md).
namespace playhead::web {
namespace {

using session::AdRow;
using session::ChapterRow;
using session::CloseReason;
using session::SessionRow;
using session::StateRow;

struct ReportCase {
    struct Asked {
        size_t line = 0;  // of the question, from 1
        std::string question;
        std::string expected;
    };

    std::vector<session::SessionRow> stored;
    std::vector<session::SessionRow> open;
    std::vector<Asked> asked;
};

template <class Row>
struct Members {
    std::map<std::string_view, int64_t Row::*> integers;
    std::map<std::string_view, bool Row::*> flags;
    std::map<std::string_view, double Row::*> reals;
    std::map<std::string_view, std::string Row::*> texts;
    std::map<std::string_view, std::optional<std::string> Row::*> optional_texts;
    std::map<std::string_view, std::optional<int64_t> Row::*> optional_integers;
};

// As the columns of docs/format/store.md are called.
const Members<SessionRow> of_session = {
    .integers = {{"rule_set", &SessionRow::rule_set},
                 {"start_ts", &SessionRow::start_ts},
                 {"last_event_ts", &SessionRow::last_event_ts},
                 {"close_ts", &SessionRow::close_ts},
                 {"time_played_ms", &SessionRow::time_played_ms},
                 {"total_time_played_ms", &SessionRow::total_time_played_ms},
                 {"unique_time_played_ms", &SessionRow::unique_time_played_ms},
                 {"pause_count", &SessionRow::pause_count},
                 {"pause_time_ms", &SessionRow::pause_ms},
                 {"ad_count", &SessionRow::ad_count},
                 {"chapter_count", &SessionRow::chapter_count},
                 {"seconds_since_last_call_ms", &SessionRow::seconds_since_last_call_ms},
                 {"bitrate_change_count", &SessionRow::bitrate_change_count},
                 {"buffer_count", &SessionRow::buffer_count},
                 {"buffer_time_ms", &SessionRow::buffer_ms},
                 {"stall_count", &SessionRow::stall_count},
                 {"stall_time_ms", &SessionRow::stall_ms},
                 {"dropped_frames", &SessionRow::dropped_frames},
                 {"error_count", &SessionRow::error_count},
                 {"time_to_start_ms", &SessionRow::time_to_start_ms}},
    .flags = {{"reported", &SessionRow::reported},
              {"is_played", &SessionRow::is_played},
              {"is_completed", &SessionRow::is_completed},
              {"has_resume", &SessionRow::has_resume},
              {"is_downloaded", &SessionRow::is_downloaded},
              {"is_federated", &SessionRow::is_federated},
              {"is_authorized", &SessionRow::is_authorized},
              {"has_progress_10", &SessionRow::has_progress_10},
              {"has_progress_25", &SessionRow::has_progress_25},
              {"has_progress_50", &SessionRow::has_progress_50},
              {"has_progress_75", &SessionRow::has_progress_75},
              {"has_progress_95", &SessionRow::has_progress_95}},
    .reals = {},
    .texts = {},
    .optional_texts = {{"segment", &SessionRow::segment}},
    .optional_integers = {{"bitrate_average", &SessionRow::bitrate_average},
                          {"frames_per_second", &SessionRow::frames_per_second}},
};

const Members<AdRow> of_ad = {
    .integers = {{"pod_position", &AdRow::pod_position},
                 {"started_ts", &AdRow::started_ts},
                 {"closed_ts", &AdRow::closed_ts},
                 {"time_played_ms", &AdRow::time_played_ms}},
    .flags = {{"is_completed", &AdRow::is_completed}},
    .reals = {{"pod_offset", &AdRow::pod_offset}, {"length", &AdRow::length}},
    .texts = {{"name", &AdRow::id}, {"pod_id", &AdRow::pod_id}},
    .optional_texts = {{"pod_friendly_name", &AdRow::pod_name}},
    .optional_integers = {},
};

const Members<ChapterRow> of_chapter = {
    .integers = {{"chapter_index", &ChapterRow::index},
                 {"started_ts", &ChapterRow::started_ts},
                 {"closed_ts", &ChapterRow::closed_ts},
                 {"time_played_ms", &ChapterRow::time_played_ms}},
    .flags = {{"is_completed", &ChapterRow::is_completed}},
    .reals = {{"chapter_offset", &ChapterRow::offset}, {"length", &ChapterRow::length}},
    .texts = {{"chapter_id", &ChapterRow::id}},
    .optional_texts = {{"friendly_name", &ChapterRow::name}},
    .optional_integers = {},
};

const Members<StateRow> of_state = {
    .integers = {{"count", &StateRow::count}, {"time_ms", &StateRow::time_ms}},
    .flags = {},
    .reals = {},
    .texts = {{"name", &StateRow::name}},
    .optional_texts = {},
    .optional_integers = {},
};

template <class Member>
auto* find(const Member& members, const std::string& name) {
    const auto found = members.find(name);
    return found == members.end() ? nullptr : &found->second;
}

// Numbers may be written as moments.
int64_t integer_from(const std::string& value) {
    const auto moment = moment_from(value);
    if (!moment) return std::stoll(value);
    return moment->ms;
}

template <class Row>
bool set(const Members<Row>& members, Row& row, const std::string& name, const std::string& value) {
    if (const auto* integer = find(members.integers, name)) {
        row.** integer = integer_from(value);
    } else if (const auto* flag = find(members.flags, name)) {
        row.** flag = value == "true";
    } else if (const auto* real = find(members.reals, name)) {
        row.** real = std::stod(value);
    } else if (const auto* text = find(members.texts, name)) {
        row.** text = value;
    } else if (const auto* optional_text = find(members.optional_texts, name)) {
        row.** optional_text = value;
    } else if (const auto* optional_integer = find(members.optional_integers, name)) {
        row.** optional_integer = integer_from(value);
    } else {
        return false;
    }
    return true;
}

// What has a name of the protocol, or is custom metadata.
template <class Row>
bool set_supplied(Row& row, const std::string& name, const std::string& value) {
    if (name.starts_with(store::custom_prefix)) {
        row.custom_metadata.emplace_back(name.substr(store::custom_prefix.size()), value);
        return true;
    }
    if constexpr (requires { row.dimensions; }) {
        const auto parameter = event::parameter_named(name);
        if (!parameter) return false;
        // In the order of the catalogue, as they come out of the store.
        auto at = row.dimensions.begin();
        while (at != row.dimensions.end() && at->name < *parameter) ++at;
        row.dimensions.insert(at, {*parameter, value});
        return true;
    }
    return false;
}

// from..to,from..to
std::vector<session::Span> spans_from(const std::string& value) {
    std::vector<session::Span> spans;
    std::istringstream parts(value);
    std::string part;
    while (std::getline(parts, part, ',')) {
        const size_t dots = part.find("..");
        CHECK(dots != part.npos);
        spans.push_back({integer_from(part.substr(0, dots)), integer_from(part.substr(dots + 2))});
    }
    return spans;
}

session::VerdictCode verdict_of(const std::string& name) {
    const auto texts = session::verdict_texts();
    const auto found = std::ranges::find(texts, name, &session::VerdictText::name);
    CHECK(found != texts.end());
    return found->code;
}

bool set_of_session(SessionRow& row, const std::string& name, const std::string& value) {
    if (name == "length") {
        row.length = std::stod(value);
    } else if (name == "close_reason") {
        for (const CloseReason reason :
             {CloseReason::open, CloseReason::session_end, CloseReason::inactivity,
              CloseReason::idle, CloseReason::batch_end}) {
            if (name_of(reason) == value) row.close_reason = reason;
        }
    } else if (name == "content_spans") {
        row.content_spans = spans_from(value);
    } else if (name == "player_error") {
        row.player_sdk_errors.push_back(value);
    } else if (name == "external_error") {
        row.external_errors.push_back(value);
    } else if (name == "verdict") {
        row.events.push_back({event::EventType::ping, verdict_of(value), 1, 0});
    } else {
        return set(of_session, row, name, value) || set_supplied(row, name, value);
    }
    return true;
}

// Reads a case line by line. A mistake in it is a CHECK, with its line on standard error.
class CaseReader {
  public:
    explicit CaseReader(std::string_view text) : text_{std::string(text)} {}

    ReportCase read() {
        std::string line;
        while (next(line)) {
            if (line.empty() || line.front() == '#') continue;
            if (line.starts_with("question ")) {
                read_question(line.substr(line.find(' ') + 1));
            } else {
                read_row(line);
            }
        }
        return std::move(case_);
    }

  private:
    bool next(std::string& line) {
        ++line_;
        return static_cast<bool>(std::getline(text_, line));
    }

    void need(bool holds, const std::string& what) const {
        if (!holds) std::fprintf(stderr, "line %zu: %s\n", line_, what.c_str());
        CHECK(holds);
    }

    // Up to an empty line; then the table, up to the next one.
    void read_question(std::string question) {
        const size_t begun = line_;
        std::string line;
        while (next(line) && line != "->") question += line;
        std::string expected;
        while (next(line) && !line.empty()) expected += line + "\n";
        case_.asked.push_back({begun, std::move(question), std::move(expected)});
    }

    void read_row(const std::string& line) {
        std::istringstream words(line);
        std::string kind;
        words >> kind;
        if (kind == "session" || kind == "open") {
            session_ = &begin_session(kind == "open");
        } else {
            need(session_ != nullptr, "a part needs a session before it");
        }
        std::string pair;
        while (std::getline(words >> std::ws, pair, ' ')) {
            // A value with spaces is written with underscores for them in quotes.
            const size_t equals = pair.find('=');
            need(equals != pair.npos, "not name=value: " + pair);
            std::string value = pair.substr(equals + 1);
            if (value.size() > 1 && value.front() == '"') {
                value = value.substr(1, value.size() - 2);
                for (char& c : value) c = c == '_' ? ' ' : c;
            }
            fields_.emplace_back(pair.substr(0, equals), std::move(value));
        }
        set_fields(kind);
        fields_.clear();
    }

    SessionRow& begin_session(bool is_open) {
        auto& rows = is_open ? case_.open : case_.stored;
        SessionRow& row = rows.emplace_back();
        ++sessions_;
        row.id.bytes[0] = static_cast<uint8_t>(sessions_);
        row.close_reason = is_open ? CloseReason::open : CloseReason::session_end;
        row.dimensions = {{event::Parameter::media_id, "v"}};
        row.offsets = {sessions_};
        return row;
    }

    void set_fields(const std::string& kind) {
        if (kind == "session" || kind == "open") return set_each(*session_, set_of_session);
        if (kind == "ad") {
            return set_each(
                session_->ads.emplace_back(), [](AdRow& row, const auto& name, const auto& value) {
                    return set(of_ad, row, name, value) || set_supplied(row, name, value);
                });
        }
        if (kind == "chapter") {
            return set_each(session_->chapters.emplace_back(), [](ChapterRow& row, const auto& name,
                                                                  const auto& value) {
                return set(of_chapter, row, name, value) || set_supplied(row, name, value);
            });
        }
        need(kind == "state", "not a row: " + kind);
        set_each(session_->states.emplace_back(),
                 [](StateRow& row, const auto& name, const auto& value) {
                     return set(of_state, row, name, value);
                 });
    }

    template <class Row, class Set>
    void set_each(Row& row, const Set& set_one) {
        if constexpr (requires { row.dimensions; }) drop_default(row);
        for (const auto& [name, value] : fields_) {
            need(set_one(row, name, value), "no such field: " + name);
        }
    }

    // Every session has the content id "v" that is given no other.
    template <class Row>
    void drop_default(Row& row) {
        for (const auto& [name, value] : fields_) {
            if (name == "media.id") row.dimensions.clear();
        }
    }

    std::istringstream text_;
    size_t line_ = 0;
    size_t sessions_ = 0;
    ReportCase case_;
    SessionRow* session_ = nullptr;
    std::vector<std::pair<std::string, std::string>> fields_;
};

std::vector<std::filesystem::path> all_cases() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator("tests/reports")) {
        if (entry.path().extension() == ".test") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    return paths;
}

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string without_returns(std::string text) {
    std::erase(text, '\r');
    return text;
}

// As a table is written in a case: the answer as CSV, or what is wrong with the question.
std::string table_of(store::Reports& reports, const std::string& question) {
    const ReportRequest request = report_request_from(question);
    std::string problems;
    for (const FieldProblem& problem : request.problems) {
        problems += "! " + problem.field + " " + problem.reason + "\n";
    }
    const auto objections = reports.object_to(request.question);
    EXPECT_TRUE(objections) << objections.error().what;
    if (!objections) return "";
    for (const auto& [field, reason] : *objections) {
        problems += "! " + field + " " + reason + "\n";
    }
    if (!problems.empty()) return problems;
    const auto report = reports.answer(request.question);
    EXPECT_TRUE(report) << report.error().what;
    return report ? without_returns(report_csv(request, *report)) : "";
}

// Those of the cases are of 2026.
void sum_up_days(store::Writer& writer) {
    constexpr int64_t year_2027 = 1'798'761'600'000;
    constexpr int64_t hour = 3'600'000;
    CHECK(writer.sum_up(year_2027));
    while (true) {
        const auto summed = writer.sum_up(year_2027 + hour);
        CHECK(summed);
        if (summed->has_summed) continue;
        EXPECT_EQ(summed->left, 0U);
        return;
    }
}

class ReportCases : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ReportCases, give_the_tables_that_are_written) {
    const ReportCase given = CaseReader(read(GetParam())).read();
    ASSERT_FALSE(given.asked.empty());

    const store::ScratchFolder folder;
    auto store = store::DuckdbStore::open(folder.path() + "/s", {});
    ASSERT_TRUE(store) << store.error().what;
    const auto writer = store->writer();
    ASSERT_TRUE((*writer)->write(given.stored, 1));
    const auto reports = store->reports();
    ASSERT_TRUE(reports) << reports.error().what;
    ASSERT_TRUE((*reports)->begin_open_sessions());
    ASSERT_TRUE((*reports)->add_open_sessions(given.open));
    (*reports)->end_open_sessions(1);
    const auto expect_tables = [&](const char* how) {
        for (const ReportCase::Asked& asked : given.asked) {
            EXPECT_EQ(table_of(**reports, asked.question), asked.expected)
                << GetParam() << ":" << asked.line << how;
        }
    };
    expect_tables(", of rows");
    sum_up_days(**writer);
    expect_tables(", of sums of days");
}

TEST(ReportCaseFiles, a_session_is_there_once_after_a_question_that_failed) {
    const ReportCase given = CaseReader(read(all_cases().front())).read();
    const store::ScratchFolder folder;
    auto store = store::DuckdbStore::open(folder.path() + "/s", {});
    ASSERT_TRUE(store) << store.error().what;
    ASSERT_TRUE((*store->writer())->write(given.stored, 1));
    const auto reports = store->reports();
    ASSERT_TRUE(reports) << reports.error().what;
    const std::string question = R"({"metrics": ["mediaStarts"]})";
    const std::string expected = table_of(**reports, question);
    ASSERT_TRUE((*reports)->begin_open_sessions());
    ASSERT_TRUE((*reports)->add_open_sessions(given.stored));
    (*reports)->end_open_sessions(1);
    const ReportRequest broken = report_request_from(
        R"({"metrics": ["mediaStarts"], "filter": {"dimension": "media.id", "matches": "("}})");
    ASSERT_TRUE(broken.problems.empty());
    ASSERT_FALSE((*reports)->answer(broken.question));
    EXPECT_EQ(table_of(**reports, question), expected);
}

TEST(ReportCaseFiles, ask_for_every_metric_and_dimension_and_with_every_word) {
    std::string questions;
    for (const auto& path : all_cases()) {
        for (const auto& asked : CaseReader(read(path)).read().asked) questions += asked.question;
    }
    const auto expect_asked = [&](std::string_view name) {
        EXPECT_NE(questions.find("\"" + std::string(name) + "\""), std::string::npos) << name;
    };
    for (const auto& metric : store::sum_metrics()) expect_asked(metric.name);
    for (const auto& metric : store::ratio_metrics()) expect_asked(metric.name);
    for (const auto& dimension : store::report_dimensions()) expect_asked(dimension.name);
    for (const auto& [name, segment] : segment_names) expect_asked(name);
    for (const GranularityName& each : granularity_names) {
        if (each.granularity != store::Granularity::all) expect_asked(each.name);
    }
    for (const std::string_view word :
         {"and", "or", "not", "equals", "in", "contains", "matches", "from", "to", "dimension",
          "metric", "sort", "by", "descending", "limit", "timeZone", "programs"}) {
        expect_asked(word);
    }
}

INSTANTIATE_TEST_SUITE_P(Each, ReportCases, testing::ValuesIn(all_cases()), [](const auto& given) {
    std::string name = given.param.stem().string();
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace playhead::web
