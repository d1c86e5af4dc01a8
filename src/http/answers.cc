// SPDX-License-Identifier: Apache-2.0
#include "http/answers.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "http/loop.h"

namespace playhead::http {

struct Answers::Share {
    std::shared_ptr<Loop> loop;
    std::vector<Loop::Answer> answers;
};

Answers::Answers() = default;

Answers::~Answers() {
    for (Share& share : shares_) {
        for (Loop::Answer& answer : share.answers) answer.abandoned = true;
    }
    send();
}

void Answers::add(Responder responder, Response response) {
    const std::shared_ptr<Loop> loop = std::move(responder.loop_);
    CHECK(loop != nullptr);
    Share* share = nullptr;
    for (Share& known : shares_) {
        if (known.loop == loop) share = &known;
    }
    if (share == nullptr) share = &shares_.emplace_back(Share{loop, {}});
    share->answers.push_back({responder.connection_, responder.request_, std::move(response)});
}

void Answers::send() {
    for (Share& share : shares_) {
        if (!share.answers.empty()) share.loop->answer_all(share.answers);
    }
}

}  // namespace playhead::http
