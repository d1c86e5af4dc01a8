// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "app/config.h"
#include "base/disk.h"
#include "base/error.h"
#include "web/tokens.h"

namespace playhead::app {

// Whether HOST:PORT is this machine only. Numbers only: what a name means is decided elsewhere.
bool is_loopback(const std::string& address);

// Who may ask on the admin address of one server: everybody who can connect, or who has a token.
class Access {
  public:
    // Error `invalid`: tokens are needed, and there is none that is valid at `now`.
    static base::Result<std::unique_ptr<Access>> open(base::Disk& disk, const Config& config,
                                                      int64_t now);

    // Null when none are needed. Lives as long as this.
    const web::Tokens* tokens() const { return needed_ ? &tokens_ : nullptr; }

    // Takes over what `playhead token` has changed, and what has expired. What cannot be read is
    // logged once, and what was valid stays valid. One thread.
    void refresh(int64_t now);

  private:
    Access(base::Disk& disk, const Config& config);

    base::Disk& disk_;
    const std::string folder_;
    const bool needed_;
    web::Tokens tokens_;
    bool failing_ = false;
};

}  // namespace playhead::app
