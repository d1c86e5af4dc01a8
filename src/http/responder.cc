// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/check.h"
#include "http/message.h"

namespace playhead::http {

Responder::Responder(std::shared_ptr<Answerer> answerer, uint64_t connection, uint64_t request)
    : answerer_(std::move(answerer)), connection_(connection), request_(request) {
}

Responder::Responder(Responder&& other) noexcept
    : answerer_(std::move(other.answerer_)),
      connection_(other.connection_),
      request_(other.request_) {
}

Responder& Responder::operator=(Responder&& other) noexcept {
    if (this == &other) return *this;
    if (answerer_) answerer_->abandon(connection_, request_);
    answerer_ = std::move(other.answerer_);
    connection_ = other.connection_;
    request_ = other.request_;
    return *this;
}

Responder::~Responder() {
    if (answerer_) answerer_->abandon(connection_, request_);
}

void Responder::send(Response response) {
    CHECK(answerer_ != nullptr);
    const std::shared_ptr<Answerer> answerer = std::move(answerer_);
    answerer->answer(connection_, request_, std::move(response));
}

}  // namespace playhead::http
