// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "http/message.h"
#include "ingest/decoder.h"

namespace playhead::ingest {
namespace {

constexpr std::string_view ping =
    R"({"playerTime":{"playhead":60.39333,"ts":1509045324153},"eventType":"ping","params":{},)"
    R"("qoeData":{"media.qoe.bitrate":350000,"media.qoe.droppedFrames":2}})";

constexpr std::string_view ad_start =
    R"({"playerTime":{"playhead":0,"ts":1509045324153},"eventType":"adStart","params":{)"
    R"("media.ad.podFriendlyName":"Pre-roll","media.ad.name":"Ford F-150","media.ad.id":"ad-4711",)"
    R"("media.ad.length":15,"media.ad.podPosition":1,"media.ad.playerName":"Freewheel",)"
    R"("media.ad.advertiser":"Ford Motors","media.ad.campaignId":"summer",)"
    R"("media.ad.creativeId":"creative-1"},)"
    R"("customMetadata":{"myCustomValue3":"custom value","another.key":"x"},"qoeData":{}})";

constexpr std::string_view session_start =
    R"({"playerTime":{"playhead":0,"ts":1509045324153},"eventType":"sessionStart","params":{)"
    R"("analytics.trackingServer":"collect.example.net","analytics.reportSuite":"demo-suite",)"
    R"("analytics.enableSSL":true,"analytics.visitorId":"visitor-0001",)"
    R"("visitor.marketingCloudOrgId":"0123456789ABCDEF01234567@AdobeOrg",)"
    R"("visitor.marketingCloudUserId":"12345678901234567890123456789012345678",)"
    R"("media.id":"clip-17","media.name":"Clip seventeen","media.length":60.39,)"
    R"("media.contentType":"VOD","media.streamType":"video","media.playerName":"demo-player",)"
    R"("media.channel":"demo-channel","media.sdkVersion":"demo-1.0","media.resume":false,)"
    R"("media.libraryVersion":"js-3.1.0","media.show":"A show","media.season":"1",)"
    R"("media.episode":"12","media.genre":"Drama","media.network":"Network"},)"
    R"("customMetadata":{"myCustomValue1":"one","myCustomValue2":"two"},"qoeData":{}})";

void decode(benchmark::State& state, std::string_view body) {
    const std::string padded = std::string(body) + std::string(http::body_padding, ' ');
    Decoder decoder;
    event::Event event;
    Problems problems;
    for (auto _ : state) {
        const auto rejection = decoder.decode(std::string_view(padded).substr(0, body.size()),
                                              Profile::standard, event, problems);
        if (rejection) std::abort();
        benchmark::DoNotOptimize(event.fingerprint);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}

BENCHMARK_CAPTURE(decode, ping, ping);
BENCHMARK_CAPTURE(decode, ad_start, ad_start);
BENCHMARK_CAPTURE(decode, session_start, session_start);

}  // namespace
}  // namespace playhead::ingest
