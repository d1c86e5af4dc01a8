// SPDX-License-Identifier: Apache-2.0
#include "store/report_dimension.h"

#include <algorithm>
#include <array>

namespace playhead::store {
namespace {

// Cut between characters.
constexpr std::string_view path =
    "CASE WHEN strlen(s.media_id) <= 100 THEN s.media_id ELSE left(s.media_id, list_max("
    "list_filter(range(25, 101), lambda n: strlen(left(s.media_id, n)) <= 100))) END";

constexpr std::string_view viewer =
    "coalesce(nullif(s.visitor_marketing_cloud_user_id, ''), nullif(s.analytics_visitor_id, ''), "
    "nullif(s.analytics_aid, ''), nullif(s.app_installation_id, ''), s.session_id)";

constexpr std::array dimensions = {
    ReportDimension{"media.id", Part::session, ValueKind::text, "s.media_id", "content id"},
    ReportDimension{"media.name", Part::session, ValueKind::text, "s.media_name",
                    "name of the content"},
    ReportDimension{"media.contentType", Part::session, ValueKind::text,
                    "coalesce(nullif(s.media_content_type, ''), 'missing_content_type')",
                    "vod, live, linear, podcast, ...; missing_content_type without one"},
    ReportDimension{"media.streamType", Part::session, ValueKind::text, "s.media_stream_type",
                    "video or audio"},
    ReportDimension{"media.playerName", Part::session, ValueKind::text, "s.media_player_name",
                    "player"},
    ReportDimension{"media.channel", Part::session, ValueKind::text, "s.media_channel",
                    "where it is offered"},
    ReportDimension{"media.show", Part::session, ValueKind::text, "s.media_show", "show"},
    ReportDimension{"media.season", Part::session, ValueKind::text, "s.media_season", "season"},
    ReportDimension{"media.episode", Part::session, ValueKind::text, "s.media_episode", "episode"},
    ReportDimension{"media.assetId", Part::session, ValueKind::text, "s.media_asset_id",
                    "asset id"},
    ReportDimension{"media.firstAirDate", Part::session, ValueKind::text, "s.media_first_air_date",
                    "when it was first on television"},
    ReportDimension{"media.firstDigitalDate", Part::session, ValueKind::text,
                    "s.media_first_digital_date",
                    "when it was first to be had on a digital channel"},
    ReportDimension{"media.rating", Part::session, ValueKind::text, "s.media_rating", "rating"},
    ReportDimension{"media.originator", Part::session, ValueKind::text, "s.media_originator",
                    "who made it"},
    ReportDimension{"media.network", Part::session, ValueKind::text, "s.media_network", "network"},
    ReportDimension{"media.showType", Part::session, ValueKind::text, "s.media_show_type",
                    "0 full episode, 1 preview, 2 clip, 3 other"},
    ReportDimension{"media.adLoad", Part::session, ValueKind::text, "s.media_ad_load",
                    "kind of ad load"},
    ReportDimension{"media.pass.mvpd", Part::session, ValueKind::text, "s.media_pass_mvpd",
                    "provider that authorized the viewer"},
    ReportDimension{"media.pass.auth", Part::session, ValueKind::text, "s.media_pass_auth",
                    "whether it did"},
    ReportDimension{"media.dayPart", Part::session, ValueKind::text, "s.media_day_part",
                    "part of the day"},
    ReportDimension{"media.feed", Part::session, ValueKind::text, "s.media_feed", "feed type"},
    ReportDimension{"media.streamFormat", Part::session, ValueKind::text, "s.media_stream_format",
                    "format of the stream"},
    ReportDimension{"media.artist", Part::session, ValueKind::text, "s.media_artist", "artist"},
    ReportDimension{"media.album", Part::session, ValueKind::text, "s.media_album", "album"},
    ReportDimension{"media.label", Part::session, ValueKind::text, "s.media_label", "label"},
    ReportDimension{"media.author", Part::session, ValueKind::text, "s.media_author", "author"},
    ReportDimension{"media.station", Part::session, ValueKind::text, "s.media_station", "station"},
    ReportDimension{"media.publisher", Part::session, ValueKind::text, "s.media_publisher",
                    "publisher"},
    ReportDimension{"media.sdkVersion", Part::session, ValueKind::text, "s.media_sdk_version",
                    "version of the app"},
    ReportDimension{"media.libraryVersion", Part::session, ValueKind::text,
                    "s.media_library_version", "version of the player's library"},
    ReportDimension{"analytics.trackingServer", Part::session, ValueKind::text,
                    "s.analytics_tracking_server", "tracking server"},
    ReportDimension{"analytics.reportSuite", Part::session, ValueKind::text,
                    "s.analytics_report_suite", "report suite"},
    ReportDimension{"analytics.visitorId", Part::session, ValueKind::text, "s.analytics_visitor_id",
                    "visitor id of the player"},
    ReportDimension{"analytics.aid", Part::session, ValueKind::text, "s.analytics_aid",
                    "visitor id of analytics"},
    ReportDimension{"visitor.marketingCloudOrgId", Part::session, ValueKind::text,
                    "s.visitor_marketing_cloud_org_id", "organisation"},
    ReportDimension{"visitor.marketingCloudUserId", Part::session, ValueKind::text,
                    "s.visitor_marketing_cloud_user_id", "visitor id of the organisation"},
    ReportDimension{"appInstallationId", Part::session, ValueKind::text, "s.app_installation_id",
                    "installation of the app"},
    ReportDimension{"media.length", Part::session, ValueKind::real, "s.length",
                    "length of the content in seconds"},
    ReportDimension{"media.path", Part::session, ValueKind::text, path,
                    "content id, cut to 100 bytes"},
    ReportDimension{"segment", Part::session, ValueKind::text, "s.segment",
                    "content segment in minutes, for example [0-5] (metrics 5.6)"},
    ReportDimension{"session.id", Part::session, ValueKind::text, "s.session_id",
                    "media session id"},
    ReportDimension{
        "session.viewer", Part::session, ValueKind::text, viewer,
        "first of the visitor ids that is not empty, else the session id (metrics 12.4)"},
    ReportDimension{"session.closeReason", Part::session, ValueKind::text, "s.close_reason",
                    "sessionEnd, inactivity, idle or batchEnd; nothing while it is open"},
    ReportDimension{"session.state", Part::session, ValueKind::text,
                    "CASE WHEN s.is_open THEN 'open' ELSE 'closed' END", "open or closed"},
    ReportDimension{"bitrateAverage", Part::session, ValueKind::integer, "s.bitrate_average",
                    "average bitrate in kbps"},
    ReportDimension{"bitrateAverageBucket", Part::session, ValueKind::text,
                    "(s.bitrate_average // 100 * 100)::VARCHAR || '-' || (s.bitrate_average // 100 "
                    "* 100 + 99)::VARCHAR",
                    "average bitrate in steps of 100 kbps"},
    ReportDimension{"framesPerSecond", Part::session, ValueKind::integer, "s.frames_per_second",
                    "frames per second"},
    ReportDimension{"bitrateChangeCount", Part::session, ValueKind::integer,
                    "s.bitrate_change_count",
                    "the number of the session that the metric of this name adds up"},
    ReportDimension{"bufferCount", Part::session, ValueKind::integer, "s.buffer_count",
                    "the number of the session that the metric of this name adds up"},
    ReportDimension{"bufferTime", Part::session, ValueKind::integer,
                    "(s.buffer_time_ms + 500) // 1000",
                    "the number of the session that the metric of this name adds up"},
    ReportDimension{"droppedFrames", Part::session, ValueKind::integer, "s.dropped_frames",
                    "the number of the session that the metric of this name adds up"},
    ReportDimension{"errorCount", Part::session, ValueKind::integer, "s.error_count",
                    "the number of the session that the metric of this name adds up"},
    ReportDimension{"timeToStart", Part::session, ValueKind::integer,
                    "(least(s.time_to_start_ms, 9000000000000000000) + 500) // 1000",
                    "the number of the session that the metric of this name adds up"},
    ReportDimension{"media.genre", Part::genre, ValueKind::text, "g.genre",
                    "genre; a session with several is in each of them"},
    ReportDimension{"playerSdkErrors", Part::player_error, ValueKind::text, "p.error_id",
                    "error ids of the player"},
    ReportDimension{"externalErrors", Part::external_error, ValueKind::text, "x.error_id",
                    "error ids of others"},
    ReportDimension{"event.code", Part::verdict, ValueKind::text, "v.code",
                    "verdict codes of the session's events (docs/verdicts.md)"},
    ReportDimension{"media.ad.id", Part::ad, ValueKind::text, "a.name", "ad id"},
    ReportDimension{"media.ad.name", Part::ad, ValueKind::text, "a.media_ad_name",
                    "name of the ad"},
    ReportDimension{"media.ad.length", Part::ad, ValueKind::real, "a.length",
                    "length of the ad in seconds"},
    ReportDimension{"media.ad.podPosition", Part::ad, ValueKind::integer, "a.pod_position",
                    "place of the ad in its pod"},
    ReportDimension{"media.ad.playerName", Part::ad, ValueKind::text, "a.media_ad_player_name",
                    "player of the ad"},
    ReportDimension{"media.ad.advertiser", Part::ad, ValueKind::text, "a.media_ad_advertiser",
                    "advertiser"},
    ReportDimension{"media.ad.campaignId", Part::ad, ValueKind::text, "a.media_ad_campaign_id",
                    "campaign"},
    ReportDimension{"media.ad.creativeId", Part::ad, ValueKind::text, "a.media_ad_creative_id",
                    "creative"},
    ReportDimension{"media.ad.creativeURL", Part::ad, ValueKind::text, "a.media_ad_creative_url",
                    "address of the creative"},
    ReportDimension{"media.ad.siteId", Part::ad, ValueKind::text, "a.media_ad_site_id", "site"},
    ReportDimension{"media.ad.placementId", Part::ad, ValueKind::text, "a.media_ad_placement_id",
                    "placement"},
    ReportDimension{"media.ad.podId", Part::ad, ValueKind::text, "a.pod_id", "ad pod"},
    ReportDimension{"media.ad.podFriendlyName", Part::ad, ValueKind::text, "a.pod_friendly_name",
                    "name of the pod"},
    ReportDimension{"media.ad.podSecond", Part::ad, ValueKind::real, "a.pod_offset",
                    "where the pod stands in the content, in seconds"},
    ReportDimension{"media.chapter.id", Part::chapter, ValueKind::text, "h.chapter_id", "chapter"},
    ReportDimension{"media.chapter.index", Part::chapter, ValueKind::integer, "h.chapter_index",
                    "number of the chapter"},
    ReportDimension{"media.chapter.friendlyName", Part::chapter, ValueKind::text, "h.friendly_name",
                    "name of the chapter"},
    ReportDimension{"media.chapter.offset", Part::chapter, ValueKind::real, "h.chapter_offset",
                    "where the chapter begins, in seconds"},
    ReportDimension{"media.chapter.length", Part::chapter, ValueKind::real, "h.length",
                    "length of the chapter in seconds"},
    ReportDimension{"media.state.name", Part::state, ValueKind::text, "t.name",
                    "player state, in lower case"},
    ReportDimension{"program", Part::program, ValueKind::text, "r.name",
                    "program of the question, for metrics of schedules"},
};

struct PartText {
    Part part;
    std::string_view name;  // for people
    std::string_view alias;
    std::string_view relation;
};

constexpr std::array parts = {
    PartText{Part::session, "session", "s", "report_sessions"},
    PartText{Part::ad, "ad", "a", "report_ads"},
    PartText{Part::chapter, "chapter", "h", "report_chapters"},
    PartText{Part::state, "player state", "t", "report_states"},
    PartText{Part::player_error, "error", "p", "report_player_errors"},
    PartText{Part::external_error, "error", "x", "report_external_errors"},
    PartText{Part::genre, "genre", "g", "report_genres"},
    PartText{Part::program, "program", "r", ""},
    PartText{Part::verdict, "verdict", "v", "report_verdicts"},
};

struct RecordText {
    Record record;
    Part part;
    std::string_view time;
};

constexpr std::array records = {
    RecordText{Record::session_start, Part::session, "s.start_ts"},
    RecordText{Record::session_close, Part::session, "s.close_ts"},
    RecordText{Record::ad_start, Part::ad, "a.started_ts"},
    RecordText{Record::ad_close, Part::ad, "a.closed_ts"},
    RecordText{Record::chapter_close, Part::chapter, "h.closed_ts"},
    RecordText{Record::state_close, Part::state, "s.close_ts"},
    RecordText{Record::session_minute, Part::session, ""},
    RecordText{Record::viewer_minute, Part::session, ""},
    RecordText{Record::playback_minute, Part::session, ""},
    RecordText{Record::content_minute, Part::session, ""},
    RecordText{Record::session_part, Part::session, ""},
    RecordText{Record::program_part, Part::program, "r.from_ts"},
};

constexpr bool in_order() {
    for (size_t i = 0; i < parts.size(); ++i) {
        if (static_cast<size_t>(parts[i].part) != i) return false;
    }
    for (size_t i = 0; i < records.size(); ++i) {
        if (static_cast<size_t>(records[i].record) != i) return false;
    }
    return parts.size() == part_count && records.size() == record_count;
}

static_assert(in_order(), "the tables are indexed by Part and Record");

const RecordText& text_of(Record record) {
    return records[static_cast<size_t>(record)];
}

}  // namespace

std::span<const ReportDimension> report_dimensions() {
    return dimensions;
}

const ReportDimension* report_dimension_named(std::string_view name) {
    const auto* const found = std::ranges::find(dimensions, name, &ReportDimension::name);
    return found == dimensions.end() ? nullptr : found;
}

std::string report_dimensions_as_markdown() {
    std::string table = "| dimension | of | is | means |\n| --- | --- | --- | --- |\n";
    for (const ReportDimension& dimension : dimensions) {
        table += "| `" + std::string(dimension.name) + "` | " +
                 std::string(parts[static_cast<size_t>(dimension.part)].name) + " | " +
                 (dimension.kind == ValueKind::text ? "text" : "number") + " | " +
                 std::string(dimension.meaning) + " |\n";
    }
    return table;
}

std::string_view alias_of(Part part) {
    return parts[static_cast<size_t>(part)].alias;
}

std::string_view relation_of(Part part) {
    return parts[static_cast<size_t>(part)].relation;
}

Part part_of(Record record) {
    return text_of(record).part;
}

std::string_view time_of(Record record) {
    return text_of(record).time;
}

}  // namespace playhead::store
