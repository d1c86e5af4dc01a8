// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/counters.h"
#include "http/client_addresses.h"
#include "http/parser.h"

namespace playhead::http {

class TlsContext;

// Everything that can be set about a server. Times are in milliseconds of the clock given to the
// server; each is noticed up to Deadlines::tick_ms late.
struct Options {
    // HOST:PORT, [IPv6]:PORT or :PORT; port 0 takes a free one. [::] takes IPv4 as well.
    std::string listen = "127.0.0.1:0";

    // A listening socket that somebody else made and keeps, over restarts of this process; -1: the
    // server makes its own on `listen`. All loops take turns at it. The server never closes it, and
    // what waits in it when the server stops accepting waits for the next process.
    int inherited_socket = -1;

    size_t loops = 1;  // threads, each with its own listening socket; 1 to 256

    Limits limits = {};

    // Open connections of the server. Whoever comes above gets 503 for the first request; of those,
    // a sixteenth (and 16) of `connections` are kept until they have read it, others are cut off.
    size_t connections = 10'000;

    // What each address may have. Connections above AddressRules::connections are treated as those
    // above `connections` are, requests above the rate are answered 503.
    AddressRules addresses = {};

    // Requests of one connection that wait for an answer; then it is not read. 1 to 64.
    size_t pipelined = 64;

    // Memory of the server for half-received requests and unsent answers, beyond what every
    // connection may have (small_bytes). A request that needs more gets 503; an unsent answer that
    // needs more closes its connection. Loops share it evenly: give each room for
    // Limits::body_bytes.
    size_t buffer_bytes = size_t{256} * 1024 * 1024;

    // Unsent bytes of one connection; when there are more and yet another answer is due, the client
    // does not read and the connection is closed. A single answer may be larger.
    size_t unsent_bytes = size_t{4} * 1024 * 1024;

    int64_t idle_ms = 75'000;     // without a request: closed
    int64_t request_ms = 30'000;  // from the first byte of a request to its last: 408
    // A request gets one second more for so many bytes received, but never more than request_ms
    // from then on: large batches over slow lines arrive, and neither those who send a byte now and
    // then nor those who send much and then nothing can hold a place or buffers for long.
    size_t slowest_bytes_per_second = 16 * 1024;
    int64_t unsent_ms = 30'000;  // an answer of which the client takes nothing: closed
    int64_t linger_ms = 2'000;   // from the last answer until the client closes: cut off

    // Complete header lines, each ended by "\r\n", for the answers that the server gives itself
    // (400, 408, 413, 414, 431, 500, 501, 503, 505), for example CORS.
    std::string error_headers = {};

    // The first certificate of a server that speaks TLS (Server::replace_certificate gives it the
    // next ones); null: it speaks HTTP as it is. The handshake has request_ms. Beyond small_bytes a
    // connection has what OpenSSL keeps for it, which buffer_bytes does not count.
    std::shared_ptr<const TlsContext> tls = {};

    // Where to count (series playhead_http_*, labelled server="<name>"); null: nowhere.
    base::Counters* counters = nullptr;
    std::string name = "http";
};

// What the buffers of one connection may take in any case.
constexpr size_t small_bytes = 8 * 1024;

}  // namespace playhead::http
