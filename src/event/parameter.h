// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace playhead::event {

// Every key that may stand in `params` or `qoeData` of some event (protocol section 10), in the
// order of the catalogue. Which event takes which key is said by event/catalogue.h.
enum class Parameter : uint8_t {
    analytics_tracking_server,
    analytics_report_suite,
    visitor_marketing_cloud_org_id,
    media_id,
    media_length,
    media_content_type,
    media_player_name,
    media_channel,
    analytics_enable_ssl,
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
    media_qoe_bitrate_change,
    media_qoe_bitrate,
    media_qoe_dropped_frames,
    media_qoe_frames_per_second,
    media_qoe_time_to_start,
    media_error_id,
    media_error_source,
    media_qoe_error_id,
    media_qoe_error_source,
    media_ad_pod_index,
    media_ad_pod_second,
    media_ad_pod_friendly_name,
    media_ad_pod_position,
    media_ad_id,
    media_ad_length,
    media_ad_player_name,
    media_ad_name,
    media_ad_advertiser,
    media_ad_campaign_id,
    media_ad_creative_id,
    media_ad_site_id,
    media_ad_creative_url,
    media_ad_placement_id,
    media_chapter_index,
    media_chapter_offset,
    media_chapter_length,
    media_chapter_friendly_name,
    media_state_name,
    states_end,
    states_start,
    bitrate,
};

constexpr size_t parameter_count = 79;

// The JSON type of a key's value; one key has the same type wherever it stands. `integer` is a JSON
// number without a fractional part in value (3, 3.0 and 3e0).
enum class ValueType : uint8_t {
    string,
    integer,
    number,
    boolean,
    customer_ids,  // object: name -> {id, authState}
    state_names,   // array of {"media.state.name": string}
};

// The key on the wire, for example "media.ad.podIndex".
std::string_view name_of(Parameter parameter);

ValueType type_of(Parameter parameter);

// The parameter with this key (case-sensitive), or nothing. One hash and one comparison.
std::optional<Parameter> parameter_named(std::string_view key);

}  // namespace playhead::event
