// SPDX-License-Identifier: Apache-2.0
//
// ask_store STORE THREADS ROUNDS
//
// The DuckDB library by itself: reads statements from standard input, one a line, runs each ROUNDS
// times over a store that no server has open, and prints a line of milliseconds for each.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "base/clock.h"
#include "store/database.h"

namespace {

using namespace playhead;

base::Result<int64_t> milliseconds_of(store::Connection& connection, const std::string& sql) {
    const base::SystemClock clock;
    const int64_t begin = clock.monotonic_ms();
    auto answer = connection.ask(sql.c_str());
    if (!answer) return std::unexpected(answer.error());
    while (answer->next()) continue;
    return clock.monotonic_ms() - begin;
}

base::Result<void> ask(const std::string& path, const std::string& threads, int rounds) {
    auto database = store::Database::open(path, {{"threads", threads}});
    if (!database) return std::unexpected(database.error());
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    std::string sql;
    while (std::getline(std::cin, sql)) {
        for (int round = 0; round < rounds; ++round) {
            const auto milliseconds = milliseconds_of(*connection, sql);
            if (!milliseconds) return std::unexpected(milliseconds.error());
            std::cout << (round == 0 ? "" : " ") << *milliseconds;
        }
        std::cout << '\n';
    }
    return {};
}

}  // namespace

int main(int count, char** values) {
    const std::span arguments(values, static_cast<size_t>(count));
    const int rounds = count == 4 ? std::atoi(arguments[3]) : 0;
    if (rounds <= 0) {
        std::cerr << "usage: ask_store STORE THREADS ROUNDS\n";
        return 2;
    }
    const auto asked = ask(arguments[1], arguments[2], rounds);
    if (!asked) std::cerr << "ask_store: " << asked.error().what << '\n';
    return asked ? 0 : 1;
}
