// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "session/findings.h"

namespace playhead::session {

// Breaks and ads that took effect and are wrong all the same (metrics 4.2, 5.2 and 6).
class AdMistakes {
  public:
    void see(const Look& look, Findings& findings);
    void end(Findings& findings);

  private:
    struct Break {
        size_t event = 0;
        int64_t ads = 0;
        bool holds_content = false;  // content played or ended in it, without an ad
    };

    struct Ad {
        size_t event = 0;
        double length = 0;  // seconds, as sent
        int64_t time_ms = 0;
    };

    void see_interval(const Look& look, Findings& findings);
    void see_break(const Look& look, Findings& findings);
    void see_ad(const Look& look, Findings& findings);
    void leave_ad(Findings& findings);

    std::optional<Break> break_;
    std::optional<Ad> ad_;
    Advance in_break_;
    std::optional<size_t> first_play_;  // of the content
    int64_t content_ms_ = 0;
    bool had_break_ = false;
    std::map<int64_t, double> seconds_;  // podSecond by podIndex; bounded, see ad_mistakes.cc
};

}  // namespace playhead::session
