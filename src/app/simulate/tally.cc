// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/tally.h"

#include <algorithm>

namespace playhead::app {

void Tally::came(const Collector::Reply& reply) {
    switch (reply.end) {
        case Collector::Reply::End::timed_out:
            ++timed_out_;
            return;
        case Collector::Reply::End::failed:
            ++failed_;
            return;
        case Collector::Reply::End::answered:
            break;
    }
    ++answered_;
    ++answers_[reply.status];
    const auto slot = static_cast<size_t>(std::max<int64_t>(reply.took_ms, 0));
    ++by_ms_.at(std::min(slot, by_ms_.size() - 1));
}

uint64_t Tally::all_taken() const {
    uint64_t taken = 0;
    for (const auto& [status, count] : answers_) {
        if (status / 100 == 2) taken += count;
    }
    return taken;
}

size_t Tally::percentile(uint64_t thousandths) const {
    uint64_t seen = 0;
    for (size_t ms = 0; ms < by_ms_.size(); ++ms) {
        seen += by_ms_[ms];
        if (seen * 1'000 >= answered_ * thousandths) return ms;
    }
    return by_ms_.size() - 1;
}

std::string Tally::json_members() const {
    const auto number = [](const char* name, uint64_t value) {
        return '"' + std::string(name) + "\":" + std::to_string(value);
    };
    std::string text = R"("sent":{)" + number("sessions", sent_[0]) + ',' +
                       number("events", sent_[1]) + ',' + number("downloaded", sent_[2]) +
                       R"(},"answers":{)";
    for (const auto& [status, count] : answers_) {
        if (text.back() != '{') text += ',';
        text += number(std::to_string(status).c_str(), count);
    }
    return text + "}," + number("timedOut", timed_out_) + ',' + number("failed", failed_) + ',' +
           number("unsent", unsent_) + R"(,"latencyMs":{)" + number("p50", percentile(500)) + ',' +
           number("p90", percentile(900)) + ',' + number("p99", percentile(990)) + ',' +
           number("max", percentile(1'000)) + '}';
}

}  // namespace playhead::app
