// SPDX-License-Identifier: Apache-2.0
#include "http/answers.h"

#include <memory>
#include <utility>

#include "base/check.h"

namespace playhead::http {

struct Answers::Share {
    std::shared_ptr<Answerer> answerer;
    std::vector<Answerer::Answer> answers;
};

Answers::Answers() = default;

Answers::~Answers() {
    for (Share& share : shares_) {
        for (Answerer::Answer& answer : share.answers) answer.abandoned = true;
    }
    send();
}

void Answers::add(Responder responder, Response response) {
    const std::shared_ptr<Answerer> answerer = std::move(responder.answerer_);
    CHECK(answerer != nullptr);
    Share* share = nullptr;
    for (Share& known : shares_) {
        if (known.answerer == answerer) share = &known;
    }
    if (share == nullptr) share = &shares_.emplace_back(Share{answerer, {}});
    share->answers.emplace_back(responder.connection_, responder.request_, std::move(response));
}

void Answers::send() {
    for (Share& share : shares_) {
        if (!share.answers.empty()) share.answerer->answer_all(share.answers);
    }
}

}  // namespace playhead::http
