// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/check.h"
#include "http/message.h"

namespace playhead::http {

Presence Answerer::presence(uint64_t /*connection*/) {
    return std::make_shared<const std::atomic<bool>>(true);
}

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

Stream Responder::begin(Response head) {
    CHECK(answerer_ != nullptr);
    std::shared_ptr<Answerer> answerer = std::move(answerer_);
    auto state = std::make_shared<StreamState>();
    answerer->answer_part({.connection = connection_,
                           .request = request_,
                           .response = std::move(head),
                           .part = Answerer::Part::begin,
                           .stream = state});
    return {std::move(answerer), connection_, request_, std::move(state)};
}

Stream::Stream(std::shared_ptr<Answerer> answerer, uint64_t connection, uint64_t request,
               std::shared_ptr<StreamState> state)
    : answerer_(std::move(answerer)),
      connection_(connection),
      request_(request),
      state_(std::move(state)) {
}

Stream& Stream::operator=(Stream&& other) noexcept {
    Stream before(std::move(*this));
    answerer_ = std::move(other.answerer_);
    connection_ = other.connection_;
    request_ = other.request_;
    state_ = std::move(other.state_);
    return *this;
}

Stream::~Stream() {
    if (answerer_ && state_->open) pass(Answerer::Part::end, {});
}

bool Stream::send(std::string bytes) {
    CHECK(answerer_ != nullptr);
    const size_t size = bytes.size();
    if (!state_->open) return false;
    // A loop that does not keep up must not have memory grow.
    if (state_->under_way > StreamState::most_under_way) {
        state_->open = false;
        pass(Answerer::Part::end, {});
        return false;
    }
    state_->under_way += size;
    pass(Answerer::Part::more, std::move(bytes));
    return state_->open;
}

void Stream::pass(Answerer::Part part, std::string bytes) {
    Answerer::Answer answer{
        .connection = connection_, .request = request_, .response = {}, .part = part};
    answer.response.body = std::move(bytes);
    answer.stream = state_;
    answerer_->answer_part(std::move(answer));
}

}  // namespace playhead::http
