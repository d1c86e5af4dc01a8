// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/config.h"
#include "app/settings.h"
#include "app/supervisor.h"
#include "base/error.h"

namespace playhead::app {

// The whole server: opens the data folder, recovers, starts the threads of ARCHITECTURE.md and
// joins them. One thread starts and stops it.
class Server {
  public:
    // Returns when both addresses answer: the sockets that were handed over, or else those of the
    // configuration. Error: nothing is left running, and the sentence says what to do.
    static base::Result<std::unique_ptr<Server>> start(const Config& config,
                                                       const Supervisor::Sockets& sockets = {});

    ~Server();

    // HOST:PORT, with the real port.
    std::string listen_address() const;
    std::string admin_address() const;

    // "http" or "https".
    std::string listen_scheme() const;
    std::string admin_scheme() const;

    // Takes over what may change while it runs: tokens, certificate. To be called about once a
    // second.
    void refresh();

    // Takes over the values that may change while it runs, and logs each difference: what it is
    // now, or that it needs a restart.
    void take_over(const Settings& wanted);

    // To be called about once a second. False while a thread that talks to somebody, the commit,
    // the fold or the store's thread has work and has made no progress for longer than `limit_ms`;
    // which one is logged. A write of the store may take thirty times as long.
    bool is_alive(int64_t limit_ms);

    // Stops accepting, answers what has arrived, lets the fold and the store finish what is in the
    // journal (at most a few seconds: the rest is done after the next start), joins all threads.
    void stop();

  private:
    struct Parts;

    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace playhead::app
