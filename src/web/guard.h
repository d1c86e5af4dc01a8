// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/counters.h"
#include "http/message.h"
#include "web/problem.h"
#include "web/tokens.h"

namespace playhead::web {

// Stands before the admin side and lets through who may ask (docs/adr/0015). Refusals are problems.
//
// With tokens: `Authorization: Bearer TOKEN` with the scope that the target needs (web/scope.h);
// 401 without a valid one, 403 without the scope.
//
// Without tokens, as on loopback: whoever can connect may ask. What remains is the browser of an
// operator, which connects for any page that is open in it. So the Host must be a name of this
// machine for itself (a page that has its own name point here says its own: 421), and what a page
// of another origin sends with another method than GET or HEAD is refused (403). What such a page
// may send as GET it cannot read, as no answer here allows it (CORS).
class Guard final : public http::Handler {
  public:
    // `tokens`: null when none are needed. What is not owned outlives this.
    Guard(std::unique_ptr<http::Handler> guarded, const Tokens* tokens, base::Counters& counters);

    void handle(const http::Request& request, http::Responder responder) noexcept override;

    void turn_ended() noexcept override { guarded_->turn_ended(); }

  private:
    std::optional<http::Response> refuse(const http::Request& request) const;
    std::optional<http::Response> refuse_bearer(const http::Request& request) const;

    const std::unique_ptr<http::Handler> guarded_;
    const Tokens* const tokens_;
    base::Counter& refused_;
};

}  // namespace playhead::web
