// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/splitmix.h"
#include "http/address.h"
#include "http/address_census.h"
#include "http/address_rates.h"

namespace playhead::http {
namespace {

constexpr int64_t per_second = 1'000;

// So many different ones, as viewers have them.
std::vector<Address> addresses(int64_t count) {
    std::vector<Address> all;
    for (uint32_t i = 0; i < static_cast<uint32_t>(count); ++i) {
        all.push_back(Address::from_four({10, static_cast<uint8_t>(i >> 16),
                                          static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}));
    }
    base::Splitmix random(20'261'127);
    for (size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
    return all;
}

// One request each millisecond, of each in turn: one that makes all of them is just within the
// rate.
void ask(benchmark::State& state, int64_t limit) {
    const std::vector<Address> all = addresses(state.range(0));
    AddressRates rates(limit, AddressRates::default_places, 7);
    size_t next = 0;
    int64_t now_us = 1'000'000;
    for (auto _ : state) {
        benchmark::DoNotOptimize(rates.allow(all[next], now_us / 1'000));
        next = next + 1 == all.size() ? 0 : next + 1;
        now_us += 1'000;
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(ask, without_a_limit, 0)->Arg(1)->Arg(100'000);
BENCHMARK_CAPTURE(ask, with_a_limit, per_second)->Arg(1)->Arg(10'000)->Arg(100'000);

// A connection comes while so many others are there, each from its own address.
void connect(benchmark::State& state) {
    AddressCensus census;
    const std::vector<Address> all = addresses(state.range(0) + 1);
    std::vector<AddressCensus::Place> places;
    for (size_t i = 1; i < all.size(); ++i) places.push_back(census.enter(all[i]));
    for (auto _ : state) {
        const AddressCensus::Place place = census.enter(all[0]);
        benchmark::DoNotOptimize(place.others());
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(connect)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace playhead::http
