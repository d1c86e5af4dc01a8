// SPDX-License-Identifier: Apache-2.0
#include "event/catalogue.h"

#include "base/check.h"

namespace playhead::event {
namespace {

using enum Parameter;

// Tolerated in `params` of every event, besides `qoeData` (protocol 10.8).
constexpr ParameterSet quality = {media_qoe_bitrate, media_qoe_dropped_frames,
                                  media_qoe_frames_per_second, media_qoe_time_to_start};

constexpr ParameterSet quality_with_history = quality | ParameterSet{media_qoe_bitrate_change};

constexpr ParameterSet in_qoe_data =
    quality | ParameterSet{media_qoe_error_id, media_qoe_error_source, bitrate};

constexpr ParameterSet session_required_in_lenient = {analytics_tracking_server,
                                                      analytics_report_suite,
                                                      visitor_marketing_cloud_org_id,
                                                      media_id,
                                                      media_length,
                                                      media_content_type};

constexpr ParameterSet session_required =
    session_required_in_lenient | ParameterSet{media_player_name, media_channel};

constexpr ParameterSet session_optional = {analytics_enable_ssl,
                                           analytics_visitor_id,
                                           analytics_aid,
                                           analytics_opt_out_server_side_forwarding,
                                           analytics_opt_out_share,
                                           analytics_opt_out_sell_to_third_party,
                                           visitor_marketing_cloud_user_id,
                                           visitor_aam_location_hint,
                                           visitor_customer_ids,
                                           app_installation_id,
                                           media_name,
                                           media_resume,
                                           media_downloaded,
                                           media_sdk_version,
                                           media_library_version,
                                           media_stream_type,
                                           media_show,
                                           media_season,
                                           media_episode,
                                           media_asset_id,
                                           media_genre,
                                           media_first_air_date,
                                           media_first_digital_date,
                                           media_rating,
                                           media_originator,
                                           media_network,
                                           media_show_type,
                                           media_ad_load,
                                           media_pass_mvpd,
                                           media_pass_auth,
                                           media_day_part,
                                           media_feed,
                                           media_stream_format,
                                           media_artist,
                                           media_album,
                                           media_label,
                                           media_author,
                                           media_station,
                                           media_publisher,
                                           media_unique_time_played,
                                           media_qoe_bitrate_change};

constexpr ParameterSet error_optional = {media_error_id, media_error_source, media_qoe_error_id,
                                         media_qoe_error_source};

constexpr ParameterSet break_required = {media_ad_pod_index, media_ad_pod_second};

constexpr ParameterSet break_optional = {media_ad_pod_friendly_name, media_ad_pod_position};

constexpr ParameterSet ad_required_in_lenient = {media_ad_id, media_ad_length,
                                                 media_ad_pod_position};

constexpr ParameterSet ad_required = ad_required_in_lenient | ParameterSet{media_ad_player_name};

constexpr ParameterSet ad_optional = {
    media_ad_name,    media_ad_advertiser,   media_ad_campaign_id,  media_ad_creative_id,
    media_ad_site_id, media_ad_creative_url, media_ad_placement_id, media_ad_pod_friendly_name};

constexpr ParameterSet chapter_required = {media_chapter_index, media_chapter_offset,
                                           media_chapter_length};

constexpr ParameterSet state_required = {media_state_name};

// An event type that requires nothing.
constexpr EventRule plain(EventType type, ParameterSet optional = {}) {
    return {.type = type, .params = quality | optional};
}

constexpr EventRule demanding(EventType type, ParameterSet required, ParameterSet optional = {}) {
    return {.type = type,
            .params = quality | required | optional,
            .required = required,
            .required_in_lenient = required,
            .needs_params = true};
}

constexpr std::array<EventRule, event_type_count> make_rules() {
    std::array<EventRule, event_type_count> rules = {
        demanding(EventType::session_start, session_required, session_optional),
        plain(EventType::play),
        plain(EventType::ping),
        plain(EventType::buffer_start),
        plain(EventType::pause_start),
        plain(EventType::bitrate_change),
        plain(EventType::error, error_optional),
        demanding(EventType::ad_break_start, break_required, break_optional),
        plain(EventType::ad_break_complete),
        demanding(EventType::ad_start, ad_required, ad_optional),
        plain(EventType::ad_complete),
        plain(EventType::ad_skip),
        demanding(EventType::chapter_start, chapter_required, {media_chapter_friendly_name}),
        plain(EventType::chapter_complete),
        plain(EventType::chapter_skip),
        demanding(EventType::state_start, state_required),
        demanding(EventType::state_end, state_required),
        plain(EventType::states_update, {states_end, states_start}),
        plain(EventType::session_complete),
        plain(EventType::session_end),
    };
    for (EventRule& rule : rules) {
        const bool starts_session = rule.type == EventType::session_start;
        const bool starts_ad = rule.type == EventType::ad_start;
        if (starts_session) rule.required_in_lenient = session_required_in_lenient;
        if (starts_ad) rule.required_in_lenient = ad_required_in_lenient;
        rule.starts_session = starts_session;
        rule.needs_params = rule.needs_params || rule.type == EventType::states_update;
        rule.keeps_custom_metadata =
            starts_session || starts_ad || rule.type == EventType::chapter_start;
    }
    return rules;
}

constexpr std::array<EventRule, event_type_count> rules = make_rules();

constexpr bool in_order() {
    for (size_t i = 0; i < rules.size(); ++i) {
        if (static_cast<size_t>(rules[i].type) != i) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by EventType");

}  // namespace

const EventRule& rule_of(EventType type) {
    const auto index = static_cast<size_t>(type);
    CHECK(index < rules.size());
    return rules[index];
}

const ParameterSet& qoe_parameters() {
    return in_qoe_data;
}

const ParameterSet& quality_integers() {
    return quality_with_history;
}

}  // namespace playhead::event
