// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/check.h"
#include "http/loop.h"
#include "http/message.h"

namespace playhead::http {

Responder::Responder(std::shared_ptr<Loop> loop, uint64_t connection, uint64_t request)
    : loop_(std::move(loop)), connection_(connection), request_(request) {
}

Responder::Responder(Responder&& other) noexcept
    : loop_(std::move(other.loop_)), connection_(other.connection_), request_(other.request_) {
}

Responder& Responder::operator=(Responder&& other) noexcept {
    if (this == &other) return *this;
    if (loop_) loop_->abandon(connection_, request_);
    loop_ = std::move(other.loop_);
    connection_ = other.connection_;
    request_ = other.request_;
    return *this;
}

Responder::~Responder() {
    if (loop_) loop_->abandon(connection_, request_);
}

void Responder::send(Response response) {
    CHECK(loop_ != nullptr);
    const std::shared_ptr<Loop> loop = std::move(loop_);
    loop->answer(connection_, request_, std::move(response));
}

}  // namespace playhead::http
