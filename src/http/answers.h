// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "http/message.h"

namespace playhead::http {

// Answers to many requests that become known together, for a thread that is not a loop's. Each loop
// takes its share with one lock and is woken once, when all are there; so it does not run off with
// the first answer while the others are still being made. Meant to be reused; one thread.
class Answers {
  public:
    Answers();
    ~Answers();  // what was added and not sent is answered 500, like a forgotten Responder
    Answers(const Answers&) = delete;
    Answers& operator=(const Answers&) = delete;

    // Keeps the answer until send(). The responder must not be empty (CHECK).
    void add(Responder responder, Response response);

    // Sends all that were added since the last call.
    void send();

  private:
    struct Share;

    std::vector<Share> shares_;  // one for each loop that was ever answered
};

}  // namespace playhead::http
