// SPDX-License-Identifier: Apache-2.0
#include "ingest/endpoint.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/digest.h"
#include "event/limits.h"
#include "http/ascii.h"
#include "ingest/answer.h"
#include "ingest/json_text.h"
#include "ingest/schema.h"

namespace playhead::ingest {
namespace {

constexpr std::string_view type_path = "/eventType";
constexpr std::string_view flag_path = "/params/media.downloaded";
constexpr std::string_view suite_path = "/params/analytics.reportSuite";

// Whether the body is an array, as far as its first character tells.
bool is_array(std::string_view body) {
    body = without_mark(body);
    const size_t first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && body[first] == '[';
}

bool is_plain(std::string_view content_encoding) {
    return content_encoding.empty() || http::same_text(content_encoding, "identity");
}

bool says_downloaded(const event::Event& event) {
    const auto* const flag = event.param(event::Parameter::media_downloaded);
    return flag != nullptr && flag->integer != 0;
}

}  // namespace

EndpointCounters::EndpointCounters(base::Counters& counters)
    : received(counters.counter("playhead_ingest_received_total", "",
                                "Requests with an event, a session start or a batch")),
      handed_over(counters.counter("playhead_ingest_handed_over_total", "",
                                   "Valid requests given to the journal")) {
    for (size_t i = 0; i < by_rejection.size(); ++i) {
        const std::string label =
            "reason=\"" + std::string(name_of(static_cast<Rejection>(i))) + '"';
        by_rejection[i] = &counters.counter("playhead_ingest_rejected_total", label,
                                            "Requests refused before the journal, by reason");
    }
}

Endpoint::Endpoint(EndpointOptions options, const event::SessionIdKey& key,
                   EndpointCounters& counters, Now now, HandOver hand_over)
    : options_(std::move(options)),
      key_(key),
      counters_(counters),
      now_(std::move(now)),
      hand_over_(std::move(hand_over)) {
}

void Endpoint::handle(const http::Request& request, http::Responder responder) noexcept {
    const Route found = route(request.method, request.target, options_.path_prefix);
    problems_.clear();
    switch (found.kind) {
        case Route::Kind::sessions:
        case Route::Kind::events:
        case Route::Kind::downloaded:
            collect(request, found, std::move(responder));
            break;
        case Route::Kind::schema:
            send_schema(request, found, std::move(responder));
            break;
        case Route::Kind::preflight:
            responder.send(
                preflight(request.header("Access-Control-Request-Headers"),
                          request.header("Access-Control-Request-Private-Network") == "true"));
            break;
        case Route::Kind::wrong_method:
            counters_.rejected(Rejection::wrong_method).add();
            responder.send(wrong_method(found.allowed));
            break;
        case Route::Kind::unknown:
            refuse(Rejection::unknown_path, std::move(responder));
            break;
    }
}

void Endpoint::turn_ended() noexcept {
    hand_over_turn();
    moment_.reset();
}

void Endpoint::collect(const http::Request& request, const Route& route,
                       http::Responder responder) {
    counters_.received.add();
    Judged judged;
    const auto rejection = judge(request, route, judged);
    if (rejection) {
        refuse(*rejection, std::move(responder));
    } else {
        gather(judged, request.body, std::move(responder));
    }
}

// The order is that of protocol 5.3: what the body says comes before what the sid says.
std::optional<Rejection> Endpoint::judge(const http::Request& request, const Route& route,
                                         Judged& judged) {
    if (!is_plain(request.header("Content-Encoding"))) return Rejection::unsupported_encoding;
    const bool is_batch = route.kind == Route::Kind::downloaded ||
                          (route.kind == Route::Kind::sessions && is_array(request.body));
    if (request.body.size() > (is_batch ? event::batch_bytes : event::event_bytes)) {
        return Rejection::too_large;
    }
    if (is_batch) return judge_batch(request.body, route.kind, judged);
    if (route.kind == Route::Kind::sessions) return judge_start(request.body, judged);
    return judge_event(request.body, route.name, judged);
}

std::optional<Rejection> Endpoint::judge_event(std::string_view body, std::string_view sid,
                                               Judged& judged) {
    if (const auto rejection = decoder_.decode(body, options_.profile, event_, problems_)) {
        return rejection;
    }
    if (event_.type == event::EventType::session_start) {
        problems_.add(std::string(type_path), "sessionStart goes to /api/v1/sessions");
        return Rejection::wrong_endpoint;
    }
    const auto session = event::session_id_from(sid);
    if (!session) return Rejection::unknown_session;
    judged = {.kind = event::Record::Kind::event,
              .session = *session,
              .type = event_.type,
              .ts = event_.ts,
              .playhead_ms = event_.playhead_ms};
    return std::nullopt;
}

std::optional<Rejection> Endpoint::judge_start(std::string_view body, Judged& judged) {
    if (const auto rejection = decoder_.decode(body, options_.profile, event_, problems_)) {
        return rejection;
    }
    if (event_.type != event::EventType::session_start) {
        problems_.add(std::string(type_path), "expected sessionStart");
        return Rejection::wrong_endpoint;
    }
    if (says_downloaded(event_)) {
        problems_.add(std::string(flag_path), "true only in a batch");
        return Rejection::downloaded_flag;
    }
    judged = {.kind = event::Record::Kind::session_start,
              .session = {},
              .type = event_.type,
              .ts = event_.ts,
              .playhead_ms = event_.playhead_ms};
    return judge_suite(event_, "");
}

// Protocol section 7.
std::optional<Rejection> Endpoint::judge_batch(std::string_view body, Route::Kind route,
                                               Judged& judged) {
    bool is_downloaded = false;
    size_t starts = 0;
    std::optional<Rejection> suite;
    const auto each = [&](size_t index, const event::Event& event) {
        if (event.type == event::EventType::session_start) ++starts;
        if (index != 0) return;
        judged = {.kind = event::Record::Kind::batch,
                  .session = {},
                  .type = event.type,
                  .ts = event.ts,
                  .playhead_ms = event.playhead_ms};
        is_downloaded = says_downloaded(event);
        suite = judge_suite(event, "/0");
    };
    if (const auto rejection = decoder_.decode_batch(body, options_.profile, each, problems_)) {
        return rejection;
    }
    if (judged.type != event::EventType::session_start || starts != 1) {
        return Rejection::wrong_batch;
    }
    if (route == Route::Kind::sessions && !is_downloaded) {
        problems_.add("/0" + std::string(flag_path), "true in a batch sent here");
        return Rejection::downloaded_flag;
    }
    return suite;
}

std::optional<Rejection> Endpoint::judge_suite(const event::Event& event, std::string_view where) {
    const auto& taken = options_.report_suites;
    const auto* const suite = event.param(event::Parameter::analytics_report_suite);
    if (taken.empty() || suite == nullptr) return std::nullopt;
    if (std::find(taken.begin(), taken.end(), suite->text) != taken.end()) return std::nullopt;
    problems_.add(std::string(where) + std::string(suite_path), "not one that this server takes");
    return Rejection::unknown_report_suite;
}

void Endpoint::send_schema(const http::Request& request, const Route& route,
                           http::Responder responder) {
    const auto type = event::event_type_named(route.name);
    if (!type) {
        refuse(Rejection::unknown_schema, std::move(responder));
        return;
    }
    responder.send(schema_answer(schema_of(*type, options_.profile, request.header("Host"))));
}

void Endpoint::refuse(Rejection rejection, http::Responder responder) {
    counters_.rejected(rejection).add();
    responder.send(rejected(rejection, problems_.all()));
}

void Endpoint::gather(Judged judged, std::string_view body, http::Responder responder) {
    const Moment& now = moment();
    if (judged.kind != event::Record::Kind::event) {
        judged.session = key_.make(now.wall_ms, options_.shard, random());
    }
    turn_.submissions.push_back({.kind = judged.kind,
                                 .session = judged.session,
                                 .type = judged.type,
                                 .ts = judged.ts,
                                 .playhead_ms = judged.playhead_ms,
                                 .received_at = now.wall_ms,
                                 .monotonic_ms = now.monotonic_ms,
                                 .body_offset = turn_.bodies.size(),
                                 .body_size = body.size(),
                                 .responder = std::move(responder)});
    turn_.bodies += body;
    if (turn_.submissions.size() >= turn_submissions || turn_.bodies.size() >= turn_bytes) {
        hand_over_turn();
    }
}

void Endpoint::hand_over_turn() {
    const size_t count = turn_.submissions.size();
    const size_t bytes = turn_.bodies.size();
    if (count == 0) return;
    if (hand_over_(std::move(turn_))) {
        counters_.handed_over.add(count);
    } else {
        problems_.clear();
        for (Submission& submission : turn_.submissions) {
            refuse(Rejection::overloaded, std::move(submission.responder));
        }
    }
    turn_ = Turn();
    turn_.submissions.reserve(count);
    turn_.bodies.reserve(bytes);
}

const Moment& Endpoint::moment() {
    if (!moment_) moment_ = now_();
    return *moment_;
}

uint64_t Endpoint::random() {
    if (options_.random) return options_.random();
    if (random_used_ == random_.size()) {
        const auto bytes = std::as_writable_bytes(std::span(random_));
        base::random_bytes({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
        random_used_ = 0;
    }
    return random_[random_used_++];
}

}  // namespace playhead::ingest
