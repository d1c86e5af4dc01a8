// SPDX-License-Identifier: Apache-2.0
#include "store/schema.h"

#include <array>
#include <optional>

#include "base/check.h"
#include "store/day_sums.h"
#include "store/delta_varint.h"
#include "store/views.h"

namespace playhead::store {
namespace {

using session::AdRow;
using session::ChapterRow;
using session::CloseReason;
using session::SessionRow;
using session::StateRow;
using P = event::Parameter;

// How each type of member is kept: its SQL type, how it goes in and how it comes out.
template <class T>
struct Kept;

template <>
struct Kept<bool> {
    static constexpr const char* type = "BOOLEAN NOT NULL";

    static void append(Appender& to, bool value) { to.boolean(value); }

    static bool read(const Answer& from, size_t place, bool& into) {
        into = from.boolean(place);
        return true;
    }
};

template <>
struct Kept<int64_t> {
    static constexpr const char* type = "BIGINT NOT NULL";

    static void append(Appender& to, int64_t value) { to.integer(value); }

    static bool read(const Answer& from, size_t place, int64_t& into) {
        into = from.integer(place);
        return true;
    }
};

template <>
struct Kept<double> {
    static constexpr const char* type = "DOUBLE NOT NULL";

    static void append(Appender& to, double value) { to.number(value); }

    static bool read(const Answer& from, size_t place, double& into) {
        into = from.number(place);
        return true;
    }
};

template <>
struct Kept<std::string> {
    static constexpr const char* type = "VARCHAR NOT NULL";

    static void append(Appender& to, const std::string& value) { to.text(value); }

    static bool read(const Answer& from, size_t place, std::string& into) {
        into = from.text(place);
        return true;
    }
};

template <class T>
constexpr const char* nullable_type = nullptr;
template <>
constexpr const char* nullable_type<int64_t> = "BIGINT";
template <>
constexpr const char* nullable_type<double> = "DOUBLE";
template <>
constexpr const char* nullable_type<std::string> = "VARCHAR";

template <class T>
struct Kept<std::optional<T>> {
    static constexpr const char* type = nullable_type<T>;

    static void append(Appender& to, const std::optional<T>& value) {
        if (value) {
            Kept<T>::append(to, *value);
        } else {
            to.null();
        }
    }

    static bool read(const Answer& from, size_t place, std::optional<T>& into) {
        into.reset();
        return from.is_null(place) || Kept<T>::read(from, place, into.emplace());
    }
};

template <>
struct Kept<event::SessionId> {
    static constexpr const char* type = "VARCHAR NOT NULL";

    static void append(Appender& to, const event::SessionId& id) { to.text(id.text()); }

    static bool read(const Answer& from, size_t place, event::SessionId& into) {
        const auto id = event::session_id_from(from.text(place));
        if (id) into = *id;
        return id.has_value();
    }
};

template <>
struct Kept<CloseReason> {
    static constexpr const char* type = "VARCHAR NOT NULL";
    static constexpr std::array closed = {CloseReason::session_end, CloseReason::inactivity,
                                          CloseReason::idle, CloseReason::batch_end};

    static void append(Appender& to, CloseReason reason) {
        CHECK(reason != CloseReason::open);
        to.text(name_of(reason));
    }

    static bool read(const Answer& from, size_t place, CloseReason& into) {
        for (const CloseReason reason : closed) {
            into = reason;
            if (name_of(reason) == from.text(place)) return true;
        }
        return false;
    }
};

template <>
struct Kept<session::CustomMetadata> {
    static constexpr const char* type = "MAP(VARCHAR, VARCHAR)";

    static void append(Appender& to, const session::CustomMetadata& metadata) {
        if (metadata.empty()) {
            to.null();
        } else {
            to.text_pairs(metadata);
        }
    }

    static bool read(const Answer& from, size_t place, session::CustomMetadata& into) {
        into.clear();
        if (!from.is_null(place)) into = from.text_pairs(place);
        return true;
    }
};

template <>
struct Kept<std::vector<uint64_t>> {
    static constexpr const char* type = "BLOB NOT NULL";

    static void append(Appender& to, const std::vector<uint64_t>& offsets) {
        to.bytes(encode_offsets(offsets));
    }

    static bool read(const Answer& from, size_t place, std::vector<uint64_t>& into) {
        auto offsets = decode_offsets(from.text(place));
        if (!offsets) return false;
        into = *std::move(offsets);
        return true;
    }
};

template <>
struct Kept<std::vector<session::Span>> {
    static constexpr const char* type = "STRUCT(from_ts BIGINT, to_ts BIGINT)[]";

    static void append(Appender& to, const std::vector<session::Span>& spans) {
        if (spans.empty()) return to.null();
        NewStructs all = to.structs(spans.size());
        for (size_t i = 0; i < spans.size(); ++i) {
            all.integer(i, 0, spans[i].from_ts);
            all.integer(i, 1, spans[i].to_ts);
        }
    }

    static bool read(const Answer& from, size_t place, std::vector<session::Span>& into) {
        into.clear();
        if (from.is_null(place)) return true;
        const Structs all = from.structs(place);
        for (size_t i = 0; i < all.size(); ++i) {
            into.push_back({.from_ts = all.integer(i, 0), .to_ts = all.integer(i, 1)});
        }
        return true;
    }
};

template <>
struct Kept<std::vector<session::EventCount>> {
    static constexpr const char* type =
        "STRUCT(event_type VARCHAR, outcome VARCHAR, code VARCHAR, \"count\" BIGINT, "
        "first_offset UBIGINT)[]";

    static void append(Appender& to, const std::vector<session::EventCount>& events) {
        if (events.empty()) return to.null();
        NewStructs all = to.structs(events.size());
        for (size_t i = 0; i < events.size(); ++i) {
            const session::VerdictText& text = session::text_of(events[i].verdict);
            all.text(i, 0, event::name_of(events[i].type));
            all.text(i, 1, session::name_of(text.outcome));
            all.text(i, 2, text.name);
            all.integer(i, 3, events[i].count);
            all.natural(i, 4, events[i].first_offset);
        }
    }

    static bool read(const Answer& from, size_t place, std::vector<session::EventCount>& into) {
        into.clear();
        if (from.is_null(place)) return true;
        const Structs all = from.structs(place);
        for (size_t i = 0; i < all.size(); ++i) {
            const auto event_type = event::event_type_named(all.text(i, 0));
            const auto* text = text_named(all.text(i, 2));
            if (!event_type || text == nullptr) return false;
            into.push_back({.type = *event_type,
                            .verdict = text->code,
                            .count = all.integer(i, 3),
                            .first_offset = all.natural(i, 4)});
        }
        return true;
    }

  private:
    static const session::VerdictText* text_named(std::string_view name) {
        for (const session::VerdictText& text : session::verdict_texts()) {
            if (text.name == name) return &text;
        }
        return nullptr;
    }
};

template <class Row, class T>
Row row_of(T Row::*);
template <class Row, class T>
T value_of(T Row::*);

// The column of one member.
template <auto member>
constexpr auto column(const char* name) {
    using Row = decltype(row_of(member));
    using Keep = Kept<decltype(value_of(member))>;
    return Column<Row>{name, Keep::type,
                       [](Appender& to, const Row& row) { Keep::append(to, row.*member); },
                       [](const Answer& from, size_t place, Row& row) {
                           return Keep::read(from, place, row.*member);
                       }};
}

// The column of one supplied dimension: NULL when it was not sent.
template <class Row, P parameter>
constexpr Column<Row> dimension(const char* name) {
    return {name, "VARCHAR",
            [](Appender& to, const Row& row) {
                for (const session::Dimension& sent : row.dimensions) {
                    if (sent.name == parameter) return to.text(sent.value);
                }
                to.null();
            },
            [](const Answer& from, size_t place, Row& row) {
                if (from.is_null(place)) return true;
                row.dimensions.push_back({parameter, std::string(from.text(place))});
                return true;
            }};
}

// Dimensions stand in the order of event::Parameter: that is the order in which they are read.
constexpr std::array sessions = {
    column<&SessionRow::id>("session_id"),
    column<&SessionRow::rule_set>("rule_set"),
    column<&SessionRow::close_reason>("close_reason"),
    column<&SessionRow::start_ts>("start_ts"),
    column<&SessionRow::last_event_ts>("last_event_ts"),
    column<&SessionRow::close_ts>("close_ts"),
    column<&SessionRow::first_received_at>("first_received_at"),
    column<&SessionRow::last_received_at>("last_received_at"),
    dimension<SessionRow, P::analytics_tracking_server>("analytics_tracking_server"),
    dimension<SessionRow, P::analytics_report_suite>("analytics_report_suite"),
    dimension<SessionRow, P::visitor_marketing_cloud_org_id>("visitor_marketing_cloud_org_id"),
    dimension<SessionRow, P::media_id>("media_id"),
    dimension<SessionRow, P::media_content_type>("media_content_type"),
    dimension<SessionRow, P::media_player_name>("media_player_name"),
    dimension<SessionRow, P::media_channel>("media_channel"),
    dimension<SessionRow, P::analytics_visitor_id>("analytics_visitor_id"),
    dimension<SessionRow, P::analytics_aid>("analytics_aid"),
    dimension<SessionRow, P::visitor_marketing_cloud_user_id>("visitor_marketing_cloud_user_id"),
    dimension<SessionRow, P::app_installation_id>("app_installation_id"),
    dimension<SessionRow, P::media_name>("media_name"),
    dimension<SessionRow, P::media_sdk_version>("media_sdk_version"),
    dimension<SessionRow, P::media_library_version>("media_library_version"),
    dimension<SessionRow, P::media_stream_type>("media_stream_type"),
    dimension<SessionRow, P::media_show>("media_show"),
    dimension<SessionRow, P::media_season>("media_season"),
    dimension<SessionRow, P::media_episode>("media_episode"),
    dimension<SessionRow, P::media_asset_id>("media_asset_id"),
    dimension<SessionRow, P::media_genre>("media_genre"),
    dimension<SessionRow, P::media_first_air_date>("media_first_air_date"),
    dimension<SessionRow, P::media_first_digital_date>("media_first_digital_date"),
    dimension<SessionRow, P::media_rating>("media_rating"),
    dimension<SessionRow, P::media_originator>("media_originator"),
    dimension<SessionRow, P::media_network>("media_network"),
    dimension<SessionRow, P::media_show_type>("media_show_type"),
    dimension<SessionRow, P::media_ad_load>("media_ad_load"),
    dimension<SessionRow, P::media_pass_mvpd>("media_pass_mvpd"),
    dimension<SessionRow, P::media_pass_auth>("media_pass_auth"),
    dimension<SessionRow, P::media_day_part>("media_day_part"),
    dimension<SessionRow, P::media_feed>("media_feed"),
    dimension<SessionRow, P::media_stream_format>("media_stream_format"),
    dimension<SessionRow, P::media_artist>("media_artist"),
    dimension<SessionRow, P::media_album>("media_album"),
    dimension<SessionRow, P::media_label>("media_label"),
    dimension<SessionRow, P::media_author>("media_author"),
    dimension<SessionRow, P::media_station>("media_station"),
    dimension<SessionRow, P::media_publisher>("media_publisher"),
    column<&SessionRow::custom_metadata>("custom_metadata"),
    column<&SessionRow::length>("length"),
    column<&SessionRow::reported>("reported"),
    column<&SessionRow::is_played>("is_played"),
    column<&SessionRow::is_completed>("is_completed"),
    column<&SessionRow::has_resume>("has_resume"),
    column<&SessionRow::is_downloaded>("is_downloaded"),
    column<&SessionRow::is_federated>("is_federated"),
    column<&SessionRow::is_authorized>("is_authorized"),
    column<&SessionRow::has_progress_10>("has_progress_10"),
    column<&SessionRow::has_progress_25>("has_progress_25"),
    column<&SessionRow::has_progress_50>("has_progress_50"),
    column<&SessionRow::has_progress_75>("has_progress_75"),
    column<&SessionRow::has_progress_95>("has_progress_95"),
    column<&SessionRow::segment>("segment"),
    column<&SessionRow::time_played_ms>("time_played_ms"),
    column<&SessionRow::total_time_played_ms>("total_time_played_ms"),
    column<&SessionRow::unique_time_played_ms>("unique_time_played_ms"),
    column<&SessionRow::pause_count>("pause_count"),
    column<&SessionRow::pause_ms>("pause_time_ms"),
    column<&SessionRow::ad_count>("ad_count"),
    column<&SessionRow::ad_completes>("ad_completes"),
    column<&SessionRow::ad_ms>("ad_time_played_ms"),
    column<&SessionRow::chapter_count>("chapter_count"),
    column<&SessionRow::chapter_completes>("chapter_completes"),
    column<&SessionRow::seconds_since_last_call_ms>("seconds_since_last_call_ms"),
    column<&SessionRow::bitrate_average>("bitrate_average"),
    column<&SessionRow::bitrate_change_count>("bitrate_change_count"),
    column<&SessionRow::buffer_count>("buffer_count"),
    column<&SessionRow::buffer_ms>("buffer_time_ms"),
    column<&SessionRow::stall_count>("stall_count"),
    column<&SessionRow::stall_ms>("stall_time_ms"),
    column<&SessionRow::dropped_frames>("dropped_frames"),
    column<&SessionRow::error_count>("error_count"),
    column<&SessionRow::time_to_start_ms>("time_to_start_ms"),
    column<&SessionRow::frames_per_second>("frames_per_second"),
    column<&SessionRow::events_after_close>("events_after_close"),
    column<&SessionRow::duplicates_dropped>("duplicates_dropped"),
    column<&SessionRow::content_spans>("content_spans"),
    column<&SessionRow::ad_spans>("ad_spans"),
    column<&SessionRow::events>("events"),
    column<&SessionRow::offsets>("offsets"),
};

constexpr size_t session_details = 4;

constexpr std::array ads = {
    column<&AdRow::id>("name"),
    column<&AdRow::pod_id>("pod_id"),
    column<&AdRow::pod_name>("pod_friendly_name"),
    column<&AdRow::pod_offset>("pod_offset"),
    column<&AdRow::pod_position>("pod_position"),
    column<&AdRow::length>("length"),
    column<&AdRow::started_ts>("started_ts"),
    column<&AdRow::closed_ts>("closed_ts"),
    column<&AdRow::time_played_ms>("time_played_ms"),
    column<&AdRow::is_completed>("is_completed"),
    dimension<AdRow, P::media_ad_player_name>("media_ad_player_name"),
    dimension<AdRow, P::media_ad_name>("media_ad_name"),
    dimension<AdRow, P::media_ad_advertiser>("media_ad_advertiser"),
    dimension<AdRow, P::media_ad_campaign_id>("media_ad_campaign_id"),
    dimension<AdRow, P::media_ad_creative_id>("media_ad_creative_id"),
    dimension<AdRow, P::media_ad_site_id>("media_ad_site_id"),
    dimension<AdRow, P::media_ad_creative_url>("media_ad_creative_url"),
    dimension<AdRow, P::media_ad_placement_id>("media_ad_placement_id"),
    column<&AdRow::custom_metadata>("custom_metadata"),
};

constexpr std::array chapters = {
    column<&ChapterRow::id>("chapter_id"),
    column<&ChapterRow::index>("chapter_index"),
    column<&ChapterRow::name>("friendly_name"),
    column<&ChapterRow::offset>("chapter_offset"),
    column<&ChapterRow::length>("length"),
    column<&ChapterRow::started_ts>("started_ts"),
    column<&ChapterRow::closed_ts>("closed_ts"),
    column<&ChapterRow::time_played_ms>("time_played_ms"),
    column<&ChapterRow::is_completed>("is_completed"),
    column<&ChapterRow::custom_metadata>("custom_metadata"),
};

constexpr std::array states = {
    column<&StateRow::name>("name"),
    column<&StateRow::count>("count"),
    column<&StateRow::time_ms>("time_ms"),
};

// A column of `sessions` that schema 1 did not have, and what it says of the rows of before.
struct Added {
    uint64_t schema;  // the first that has it
    std::string_view column;
    const char* value;  // SQL, of the columns that the row had
};

constexpr std::array added = {
    Added{2, "rule_set", "1"},         Added{2, "reported", "coalesce(media_id, '') <> ''"},
    Added{3, "content_spans", "NULL"}, Added{3, "ad_spans", "NULL"},
    Added{3, "events", "NULL"},
};

std::string value_before(uint64_t schema, std::string_view column) {
    for (const Added& each : added) {
        if (each.column == column && each.schema > schema) return each.value;
    }
    return std::string(column);
}

template <class Row>
std::string create(const std::string& table, const std::string& first,
                   std::span<const Column<Row>> columns) {
    std::string sql = "CREATE TABLE " + table + " (" + first;
    for (const Column<Row>& each : columns) {
        if (sql.back() != '(') sql += ", ";
        sql += std::string(each.name) + " " + each.type;
    }
    return sql + "); ";
}

}  // namespace

std::span<const Column<SessionRow>> session_columns() {
    return sessions;
}

std::span<const Column<SessionRow>> listed_session_columns() {
    return session_columns().first(sessions.size() - session_details);
}

std::span<const Column<AdRow>> ad_columns() {
    return ads;
}

std::span<const Column<ChapterRow>> chapter_columns() {
    return chapters;
}

std::span<const Column<StateRow>> state_columns() {
    return states;
}

namespace {

constexpr std::string_view create_erasures =
    "CREATE TABLE erasures (erasure_id VARCHAR NOT NULL, erased_at BIGINT NOT NULL, "
    "sessions UBIGINT NOT NULL, records UBIGINT NOT NULL, rows UBIGINT NOT NULL, "
    "journal_offset UBIGINT NOT NULL, finished_at BIGINT); ";

}  // namespace

std::string create_statements() {
    const std::string of_session = "session_id VARCHAR NOT NULL, position BIGINT NOT NULL";
    return create("sessions", "", session_columns()) + create("ads", of_session, ad_columns()) +
           create("chapters", of_session, chapter_columns()) +
           create("states", of_session, state_columns()) + "CREATE TABLE errors (" + of_session +
           ", source VARCHAR NOT NULL, error_id VARCHAR NOT NULL); " +
           std::string(create_erasures) + create_sums_statements() +
           "CREATE TABLE checkpoint (journal_offset UBIGINT NOT NULL, schema_number UBIGINT NOT "
           "NULL); "
           "INSERT INTO checkpoint VALUES (0, " +
           std::to_string(schema_number) + "); " + view_statements();
}

namespace {

// Of a schema before 3.
std::string sessions_migration(uint64_t from) {
    std::string sql = "ALTER TABLE sessions RENAME TO older_sessions; " +
                      create("sessions", "", session_columns()) + "INSERT INTO sessions SELECT ";
    for (const Column<SessionRow>& each : session_columns()) {
        if (&each != session_columns().data()) sql += ", ";
        sql += value_before(from, each.name);
    }
    sql += " FROM older_sessions ORDER BY rowid; DROP TABLE older_sessions; ";
    if (from == 1) sql += "ALTER TABLE checkpoint DROP COLUMN rule_set; ";
    return sql + std::string(create_erasures) + view_statements();
}

}  // namespace

std::string migration_statements(uint64_t from) {
    CHECK(from > 0 && from < schema_number);
    std::string sql = from < 3 ? sessions_migration(from) : "";
    sql += create_sums_statements();
    return sql + "UPDATE checkpoint SET schema_number = " + std::to_string(schema_number) + ";";
}

}  // namespace playhead::store
