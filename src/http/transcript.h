// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/parser.h"

namespace playhead::http {

// For tests and fuzzing: feeds a parser piece by piece, with the bytes in a new place each time,
// and writes down what comes out, so that two ways of cutting can be compared as text.
class Transcript {
  public:
    explicit Transcript(const Limits& limits) : parser_(limits) {}

    void feed(std::string_view piece) {
        if (refused_) return;
        pending_.append(piece);
        while (!refused_ && !pending_.empty()) {
            // A block of its own size, so that the address sanitizer sees any byte read too far.
            std::vector<char> bytes(pending_.size() + body_padding, '\xee');
            std::memcpy(bytes.data(), pending_.data(), pending_.size());
            // What was in a buffer before may go on where the bytes end.
            std::memcpy(bytes.data() + pending_.size(), stale.data(), stale.size());
            const std::span<char> message(bytes.data(), pending_.size());
            switch (parser_.parse(message)) {
                case Parser::Outcome::incomplete:
                    pending_.assign(bytes.data(), parser_.kept());
                    largest_kept_ = std::max(largest_kept_, pending_.size());
                    return;
                case Parser::Outcome::refused:
                    write_refusal();
                    break;
                case Parser::Outcome::complete:
                    write_request();
                    pending_.assign(bytes.data() + parser_.size(), message.size() - parser_.size());
                    parser_.next();
                    break;
            }
        }
    }

    void feed_bytewise(std::string_view whole) {
        for (size_t at = 0; at < whole.size(); ++at) feed(whole.substr(at, 1));
    }

    const std::string& text() const { return text_; }

    const Parser& parser() const { return parser_; }

    size_t largest_kept() const { return largest_kept_; }

  private:
    static constexpr std::string_view stale = "a\r\n\r\n";
    static_assert(stale.size() <= body_padding);

    void write_request() {
        const Request& request = parser_.request();
        text_ += std::string(request.method_name) + " " + std::string(request.target) + "\n";
        for (const Header& header : request.headers) {
            text_ += std::string(header.name) + "=" + std::string(header.value) + "\n";
        }
        text_ += "[" + std::string(request.body) + "]";
        text_ += parser_.keep_alive() ? " stay\n" : " close\n";
    }

    void write_refusal() {
        refused_ = true;
        text_ += "refused " + std::to_string(describe(parser_.refusal()).status) + "\n";
    }

    Parser parser_;
    std::string pending_;
    std::string text_;
    size_t largest_kept_ = 0;
    bool refused_ = false;
};

inline std::string transcript(const Limits& limits, std::span<const std::string_view> pieces) {
    Transcript made(limits);
    for (const std::string_view piece : pieces) made.feed(piece);
    return made.text();
}

inline std::string transcript(const Limits& limits, std::string_view whole) {
    return transcript(limits, std::span(&whole, 1));
}

}  // namespace playhead::http
