// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace playhead::http {

// The head of a POST as most clients write it, read without the grammar of llhttp. What is read
// here means what the grammar reads in it, to the last header; everything else is left to the
// grammar, which knows errors and rare forms. So nothing here refuses.
struct UsualHead {
    std::string_view target;  // begins with '/'
    size_t size = 0;          // up to the body
    size_t body_size = 0;
};

// Reads a head at the front of `bytes` and puts its headers into `headers`, which it empties first.
//
// A usual head has HTTP/1.1, one Host, at most one Content-Length of at most eight digits, no
// header that changes how a message is framed or how long its connection lives, values of printable
// ASCII that are not empty, lines as RFC 9112 wants them, and no more than headers.capacity() of
// them. nullopt when it is another one, or not whole; `headers` then has some of it.
//
// Seven bytes behind `bytes` are readable (of any value). The views point into `bytes`.
std::optional<UsualHead> read_usual_head(std::string_view bytes, std::vector<Header>& headers);

}  // namespace playhead::http
