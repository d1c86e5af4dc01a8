// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "store/store.h"

namespace playhead::web {

// What became of one request to erase a person, and what is still to be done.
struct ErasureReceipt {
    store::Erasure erasure;
    std::optional<uint64_t> quarantined;  // refused events that were erased; known at first only
    std::vector<std::string> pending;     // parts of the data folder; empty when it is finished
};

// A viewer whose sessions are more than this is no person: the error is `invalid`.
constexpr size_t most_erased_sessions = 100'000;

// Longer than any id that a player may send as a parameter.
constexpr size_t viewer_id_bytes = 16 * 1024;

// The part of the admin side that erases (docs/erasure.md); all other requests go on to `next`.
//
//   POST /v1/erase             {"visitorId": TEXT}: erases what was received of this viewer
//   GET  /v1/erasures          all receipts, newest first
//   GET  /v1/erasures/{id}     one of them
class ErasureDoor final : public http::Handler {
  public:
    template <class T>
    using Done = std::function<void(base::Result<T>)>;

    // Each function returns at once and calls `done` once, now or later, from any thread; or drops
    // it when the process ends, which is then answered 503.
    struct Sources {
        // Error `invalid`: more than most_erased_sessions; `full`: too many requests wait.
        std::function<void(std::string viewer, Done<ErasureReceipt> done)> erase;
        std::function<void(Done<std::vector<ErasureReceipt>> done)> erasures;
    };

    ErasureDoor(Sources sources, std::unique_ptr<http::Handler> next);

    void handle(const http::Request& request, http::Responder responder) noexcept override;

    void turn_ended() noexcept override { next_->turn_ended(); }

  private:
    void erase(const http::Request& request, http::Responder responder);
    void list(const http::Request& request, http::Responder responder);

    const Sources sources_;
    const std::unique_ptr<http::Handler> next_;
};

}  // namespace playhead::web
