// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "http/message.h"
#include "http/parser.h"
#include "http/response.h"

namespace playhead::http {
namespace {

std::string request(std::string_view more_headers, size_t body) {
    std::string bytes =
        "POST /api/v1/sessions/bfcca2ca597a3c71bc03b4ce357833ad02b3570d262ecd0c"
        "595fcf8f2ae4df58/events HTTP/1.1\r\nHost: collect.example.net\r\n"
        "Content-Type: application/json\r\n";
    bytes += more_headers;
    bytes += "Content-Length: " + std::to_string(body) + "\r\n\r\n" + std::string(body, 'x');
    return bytes;
}

constexpr std::string_view browser_headers =
    "Connection: keep-alive\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36\r\nAccept: */*\r\n"
    "Origin: https://player.example.net\r\nReferer: https://player.example.net/\r\n"
    "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\n";

void parse(benchmark::State& state, const std::string& whole, size_t piece) {
    std::string bytes = whole + std::string(body_padding, 'x');
    Parser parser{Limits{}};
    for (auto _ : state) {
        for (size_t end = piece; end < whole.size(); end += piece) {
            benchmark::DoNotOptimize(parser.parse({bytes.data(), end}));
        }
        benchmark::DoNotOptimize(parser.parse({bytes.data(), whole.size()}));
        benchmark::DoNotOptimize(parser.request().body.data());
        parser.next();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(whole.size()));
}

BENCHMARK_CAPTURE(parse, lean_whole, request("", 380), size_t{1} << 20);
BENCHMARK_CAPTURE(parse, browser_whole, request(browser_headers, 380), size_t{1} << 20);
BENCHMARK_CAPTURE(parse, browser_in_packets, request(browser_headers, 20'000), 1448);
BENCHMARK_CAPTURE(parse, browser_byte_by_byte, request(browser_headers, 380), 1);

void write_204(benchmark::State& state) {
    Response response;
    response.status = 204;
    response.fixed_headers =
        "Access-Control-Allow-Origin: *\r\n"
        "Access-Control-Allow-Methods: OPTIONS,POST,PUT\r\n"
        "Access-Control-Allow-Headers: Content-Type\r\n"
        "Access-Control-Expose-Headers: Location\r\n";
    std::string out;
    out.reserve(1024);
    for (auto _ : state) {
        out.clear();
        append_response(out, response, {});
        benchmark::DoNotOptimize(out.data());
    }
}

BENCHMARK(write_204);

}  // namespace
}  // namespace playhead::http
