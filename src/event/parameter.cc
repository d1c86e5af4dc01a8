// SPDX-License-Identifier: Apache-2.0
#include "event/parameter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "base/check.h"

namespace playhead::event {
namespace {

struct Entry {
    Parameter parameter;
    std::string_view key;
    ValueType type;
};

constexpr std::array<Entry, parameter_count> entries = {{
    {Parameter::analytics_tracking_server, "analytics.trackingServer", ValueType::string},
    {Parameter::analytics_report_suite, "analytics.reportSuite", ValueType::string},
    {Parameter::visitor_marketing_cloud_org_id, "visitor.marketingCloudOrgId", ValueType::string},
    {Parameter::media_id, "media.id", ValueType::string},
    {Parameter::media_length, "media.length", ValueType::number},
    {Parameter::media_content_type, "media.contentType", ValueType::string},
    {Parameter::media_player_name, "media.playerName", ValueType::string},
    {Parameter::media_channel, "media.channel", ValueType::string},
    {Parameter::analytics_enable_ssl, "analytics.enableSSL", ValueType::boolean},
    {Parameter::analytics_visitor_id, "analytics.visitorId", ValueType::string},
    {Parameter::analytics_aid, "analytics.aid", ValueType::string},
    {Parameter::analytics_opt_out_server_side_forwarding, "analytics.optOutServerSideForwarding",
     ValueType::boolean},
    {Parameter::analytics_opt_out_share, "analytics.optOutShare", ValueType::boolean},
    {Parameter::analytics_opt_out_sell_to_third_party, "analytics.optOutSellToThirdParty",
     ValueType::boolean},
    {Parameter::visitor_marketing_cloud_user_id, "visitor.marketingCloudUserId", ValueType::string},
    {Parameter::visitor_aam_location_hint, "visitor.aamLocationHint", ValueType::integer},
    {Parameter::visitor_customer_ids, "visitor.customerIDs", ValueType::customer_ids},
    {Parameter::app_installation_id, "appInstallationId", ValueType::string},
    {Parameter::media_name, "media.name", ValueType::string},
    {Parameter::media_resume, "media.resume", ValueType::boolean},
    {Parameter::media_downloaded, "media.downloaded", ValueType::boolean},
    {Parameter::media_sdk_version, "media.sdkVersion", ValueType::string},
    {Parameter::media_library_version, "media.libraryVersion", ValueType::string},
    {Parameter::media_stream_type, "media.streamType", ValueType::string},
    {Parameter::media_show, "media.show", ValueType::string},
    {Parameter::media_season, "media.season", ValueType::string},
    {Parameter::media_episode, "media.episode", ValueType::string},
    {Parameter::media_asset_id, "media.assetId", ValueType::string},
    {Parameter::media_genre, "media.genre", ValueType::string},
    {Parameter::media_first_air_date, "media.firstAirDate", ValueType::string},
    {Parameter::media_first_digital_date, "media.firstDigitalDate", ValueType::string},
    {Parameter::media_rating, "media.rating", ValueType::string},
    {Parameter::media_originator, "media.originator", ValueType::string},
    {Parameter::media_network, "media.network", ValueType::string},
    {Parameter::media_show_type, "media.showType", ValueType::string},
    {Parameter::media_ad_load, "media.adLoad", ValueType::string},
    {Parameter::media_pass_mvpd, "media.pass.mvpd", ValueType::string},
    {Parameter::media_pass_auth, "media.pass.auth", ValueType::string},
    {Parameter::media_day_part, "media.dayPart", ValueType::string},
    {Parameter::media_feed, "media.feed", ValueType::string},
    {Parameter::media_stream_format, "media.streamFormat", ValueType::string},
    {Parameter::media_artist, "media.artist", ValueType::string},
    {Parameter::media_album, "media.album", ValueType::string},
    {Parameter::media_label, "media.label", ValueType::string},
    {Parameter::media_author, "media.author", ValueType::string},
    {Parameter::media_station, "media.station", ValueType::string},
    {Parameter::media_publisher, "media.publisher", ValueType::string},
    {Parameter::media_unique_time_played, "media.uniqueTimePlayed", ValueType::number},
    {Parameter::media_qoe_bitrate_change, "media.qoe.bitrateChange", ValueType::integer},
    {Parameter::media_qoe_bitrate, "media.qoe.bitrate", ValueType::integer},
    {Parameter::media_qoe_dropped_frames, "media.qoe.droppedFrames", ValueType::integer},
    {Parameter::media_qoe_frames_per_second, "media.qoe.framesPerSecond", ValueType::integer},
    {Parameter::media_qoe_time_to_start, "media.qoe.timeToStart", ValueType::integer},
    {Parameter::media_error_id, "media.errorId", ValueType::string},
    {Parameter::media_error_source, "media.errorSource", ValueType::string},
    {Parameter::media_qoe_error_id, "media.qoe.errorID", ValueType::string},
    {Parameter::media_qoe_error_source, "media.qoe.errorSource", ValueType::string},
    {Parameter::media_ad_pod_index, "media.ad.podIndex", ValueType::integer},
    {Parameter::media_ad_pod_second, "media.ad.podSecond", ValueType::number},
    {Parameter::media_ad_pod_friendly_name, "media.ad.podFriendlyName", ValueType::string},
    {Parameter::media_ad_pod_position, "media.ad.podPosition", ValueType::integer},
    {Parameter::media_ad_id, "media.ad.id", ValueType::string},
    {Parameter::media_ad_length, "media.ad.length", ValueType::number},
    {Parameter::media_ad_player_name, "media.ad.playerName", ValueType::string},
    {Parameter::media_ad_name, "media.ad.name", ValueType::string},
    {Parameter::media_ad_advertiser, "media.ad.advertiser", ValueType::string},
    {Parameter::media_ad_campaign_id, "media.ad.campaignId", ValueType::string},
    {Parameter::media_ad_creative_id, "media.ad.creativeId", ValueType::string},
    {Parameter::media_ad_site_id, "media.ad.siteId", ValueType::string},
    {Parameter::media_ad_creative_url, "media.ad.creativeURL", ValueType::string},
    {Parameter::media_ad_placement_id, "media.ad.placementId", ValueType::string},
    {Parameter::media_chapter_index, "media.chapter.index", ValueType::integer},
    {Parameter::media_chapter_offset, "media.chapter.offset", ValueType::number},
    {Parameter::media_chapter_length, "media.chapter.length", ValueType::number},
    {Parameter::media_chapter_friendly_name, "media.chapter.friendlyName", ValueType::string},
    {Parameter::media_state_name, "media.state.name", ValueType::string},
    {Parameter::states_end, "statesEnd", ValueType::state_names},
    {Parameter::states_start, "statesStart", ValueType::state_names},
    {Parameter::bitrate, "bitrate", ValueType::number},
}};

constexpr bool in_order() {
    for (size_t i = 0; i < entries.size(); ++i) {
        if (static_cast<size_t>(entries[i].parameter) != i) return false;
    }
    return true;
}

static_assert(in_order(), "the table is indexed by Parameter");

// An open-addressing index over the keys, built by the compiler.
constexpr size_t slots = 256;
constexpr uint8_t empty_slot = 0xff;

// By the last eight bytes and the size, which tell all keys apart but a few.
constexpr size_t slot_of(std::string_view key) {
    uint64_t value = 0;
    if (std::is_constant_evaluated() || key.size() < sizeof value) {
        const std::string_view end = key.substr(key.size() - std::min(key.size(), sizeof value));
        for (size_t i = 0; i < end.size(); ++i) {
            value |= uint64_t{static_cast<uint8_t>(end[i])} << (8 * i);
        }
    } else {
        std::memcpy(&value, key.data() + key.size() - sizeof value, sizeof value);
    }
    return ((value + key.size()) * 0x9e3779b97f4a7c15) >> 56;
}

static_assert(std::endian::native == std::endian::little, "the first byte is the lowest one");
static_assert(slots == 256, "a slot is eight bits of the product");

constexpr std::array<uint8_t, slots> make_index() {
    std::array<uint8_t, slots> index{};
    for (uint8_t& slot : index) slot = empty_slot;
    for (size_t i = 0; i < entries.size(); ++i) {
        size_t at = slot_of(entries[i].key);
        while (index[at] != empty_slot) at = (at + 1) % slots;
        index[at] = static_cast<uint8_t>(i);
    }
    return index;
}

constexpr std::array<uint8_t, slots> index_by_key = make_index();

}  // namespace

std::string_view name_of(Parameter parameter) {
    const auto index = static_cast<size_t>(parameter);
    CHECK(index < entries.size());
    return entries[index].key;
}

ValueType type_of(Parameter parameter) {
    const auto index = static_cast<size_t>(parameter);
    CHECK(index < entries.size());
    return entries[index].type;
}

std::optional<Parameter> parameter_named(std::string_view key) {
    for (size_t at = slot_of(key); index_by_key[at] != empty_slot; at = (at + 1) % slots) {
        const Entry& entry = entries[index_by_key[at]];
        if (entry.key == key) return entry.parameter;
    }
    return std::nullopt;
}

}  // namespace playhead::event
