// SPDX-License-Identifier: Apache-2.0
#include "app/forward/forwarding.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <pthread.h>

#include "app/forward/forward_url.h"
#include "base/check.h"
#include "base/log.h"

namespace playhead::app {
namespace {

// How long a new record may lie before it is seen. Nobody raises a signal for it: the commit does
// not know that anything is forwarded.
constexpr int64_t looks_again_ms = 50;
constexpr int64_t finish_ms = 2'000;
constexpr int64_t never = INT64_MAX;

// The journal's records that are committed from here on.
std::unique_ptr<journal::Reader> reader_of_the_end(const Forwarding::Parts& parts) {
    auto reader = parts.damage.past_damage(parts.journal.reader());
    const auto there = reader->seek(reader->end());
    CHECK(there.has_value());
    return reader;
}

}  // namespace

base::Result<std::unique_ptr<Forwarding>> Forwarding::open(const Parts& parts, Uptime uptime) {
    const Config& config = parts.config;
    if (config.forward_url.empty()) return nullptr;
    const auto url = forward_url_from(config.forward_url);
    CHECK(url.has_value());  // refuse_contradictions() has seen it
    auto there =
        OtherBackEnd::open({.url = url->base,
                            .authorities = config.forward_authorities,
                            .connections = static_cast<size_t>(config.forward_connections)});
    if (!there) return std::unexpected(there.error());
    base::log(base::Level::info, "what is accepted from here on is also forwarded to " + url->base);
    return std::unique_ptr<Forwarding>(new Forwarding(parts, *std::move(there), uptime));
}

Forwarding::Forwarding(const Parts& parts, std::unique_ptr<OtherBackEnd> there, Uptime uptime)
    : clock_(parts.clock),
      reader_(reader_of_the_end(parts)),
      there_(std::move(there)),
      loop_(std::make_unique<ForwardLoop>(
          ForwardLoop::Parts{
              .journal = *reader_,
              .there = *there_,
              .clock = parts.clock,
              .counters = parts.counters,
              .journal_begin = [&journal =
                                    parts.journal] { return journal.segments().front().first; },
              .is_made_here = [&key = parts.session_key](
                                  const event::SessionId& id) { return key.genuine(id); },
              .lag_ms = parts.config.forward_lag_seconds * 1000,
              // Events of a session come at most so late; the other back end closes it as late.
              .limits = {.silence_ms = parts.config.inactivity_seconds * 1000 +
                                       parts.config.forward_lag_seconds * 1000}},
          uptime)),
      ends_at_(never) {
}

Forwarding::~Forwarding() = default;

void Forwarding::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "forward");
}

void Forwarding::run() {
    while (true) {
        const int64_t now = clock_.monotonic_ms();
        const int64_t ends_at = ends_at_;
        const bool is_done = ends_at != never && loop_->is_done();
        if (is_done || now >= ends_at) break;
        loop_->step(std::min(looks_again_ms, ends_at - now));
    }
    loop_->end();
}

void Forwarding::finish() {
    ends_at_ = clock_.monotonic_ms() + finish_ms;
}

void Forwarding::join() {
    thread_.join();
}

}  // namespace playhead::app
