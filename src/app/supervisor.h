// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace playhead::app {

// Who started the process and looks after it, as systemd does (sd_notify(3), sd_listen_fds(3)); the
// protocol is a few lines over one datagram socket, so the library is not needed at run time.
// Without a supervisor nothing is inherited and nobody is told. One thread.
class Supervisor {
  public:
    // A listening socket each, held by the supervisor over restarts; -1: none, the server opens its
    // own.
    struct Sockets {
        int players = -1;
        int operators = -1;
    };

    // Reads NOTIFY_SOCKET, WATCHDOG_USEC and LISTEN_FDS, and removes them from the environment, so
    // that no child takes them for its own. Call before any thread starts. Error `invalid`: the
    // sockets are not named as they must be.
    static base::Result<Supervisor> from_environment();

    const Sockets& sockets() const { return sockets_; }

    // Whether alive() is waited for; it must be called about once a second.
    bool watches() const { return watchdog_ms_ > 0; }

    // How long the supervisor waits for alive() before it ends the process; 0: it does not.
    int64_t watchdog_ms() const { return watchdog_ms_; }

    void ready(std::string_view status) const;
    void reloading() const;  // ready() follows
    void stopping() const;
    void alive() const;

  private:
    void tell(const std::string& message) const;

    std::string notify_;
    int64_t watchdog_ms_ = 0;
    Sockets sockets_;
};

}  // namespace playhead::app
