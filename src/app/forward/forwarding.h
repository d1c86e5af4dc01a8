// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/config.h"
#include "app/damage_report.h"
#include "app/forward/forward_loop.h"
#include "app/forward/other_back_end.h"
#include "app/uptime.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "event/session_id.h"
#include "journal/file_journal.h"

namespace playhead::app {

// The forwarding of one server, with its thread. All functions but reason() belong to the thread
// that owns the server.
class Forwarding {
  public:
    struct Parts {
        const Config& config;
        const journal::FileJournal& journal;
        DamageReport& damage;
        const base::Clock& clock;
        base::Counters& counters;
        const event::SessionIdKey& session_key;
    };

    // Null when the configuration says that nothing is forwarded. Begins with what is accepted from
    // here on.
    static base::Result<std::unique_ptr<Forwarding>> open(const Parts& parts, Uptime uptime);

    Forwarding(const Forwarding&) = delete;
    Forwarding& operator=(const Forwarding&) = delete;
    ~Forwarding();

    void start();

    // Nothing more will be accepted: what is in the journal is forwarded, for two seconds at most.
    // Does not wait for that.
    void finish();

    // Waits until finish() has done it.
    void join();

    // ForwardLoop::reason.
    std::string reason() const { return loop_->reason(); }

  private:
    Forwarding(const Parts& parts, std::unique_ptr<OtherBackEnd> there, Uptime uptime);

    void run();

    const base::Clock& clock_;
    const std::unique_ptr<journal::Reader> reader_;
    const std::unique_ptr<OtherBackEnd> there_;
    const std::unique_ptr<ForwardLoop> loop_;
    std::atomic<int64_t> ends_at_;  // monotonic ms
    std::thread thread_;
};

}  // namespace playhead::app
