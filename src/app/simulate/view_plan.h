// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/simulate/person.h"
#include "app/simulate/programme.h"
#include "base/splitmix.h"

namespace playhead::app {

// Something that a player reports when it happens. Pings are not among the steps: they come by
// themselves in between.
struct Step {
    int64_t at_ms = 0;        // since the view began
    int64_t playhead_ms = 0;  // of the main content
    bool advances = false;    // whether the playhead moves from here on
    bool in_ad = false;
    bool paused = false;
    std::string said;  // members of the event: eventType, params, qoeData
};

// All that happens in one view, decided beforehand; at most a few hundred steps, sessionStart
// first.
struct ViewPlan {
    std::vector<Step> steps;
    bool completed = false;
    int64_t left_at_ms = 0;  // playhead at the end
};

// What a view is made of. `from_ms` is where on-demand content is taken up again, 0 for the
// beginning; `starts_at` the wall clock, which live content takes its playhead from.
struct ViewWish {
    const Programme* programme = nullptr;
    const Person* person = nullptr;
    int64_t starts_at = 0;
    int64_t from_ms = 0;
};

// Plans how this person watches: how long it takes to start and how good the picture is by the
// line, ads by the programme's breaks, chapters, pauses, seeks, bufferings, stalls, changes of
// bitrate, errors; and when and how the person leaves. A function of the wish and the sequence.
ViewPlan plan_view(const ViewWish& wish, base::Splitmix& random);

// How a player says goodbye, in order, when its viewer leaves within an ad or elsewhere.
std::vector<std::string> goodbyes(bool in_ad, const Person& person);

}  // namespace playhead::app
