// SPDX-License-Identifier: Apache-2.0
#include "web/ledger_json.h"

#include <nlohmann/json.hpp>

namespace playhead::web {
namespace {

using Json = nlohmann::ordered_json;
using session::Outcome;
using session::VerdictCounts;

// What the contract calls the events of one outcome. Repaired events took effect.
constexpr std::string_view heading_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::used:
        case Outcome::repaired:
            return "counted";
        case Outcome::duplicate:
            return "duplicate";
        case Outcome::ignored:
            return "ignored";
        case Outcome::late:
            break;
    }
    return "late";
}

constexpr std::string_view headings[] = {"counted", "duplicate", "ignored", "late"};

uint64_t sum_under(std::string_view heading, const VerdictCounts& counts) {
    uint64_t sum = 0;
    for (size_t i = 0; i < session::fold_code_count; ++i) {
        const session::VerdictText& text = text_of(static_cast<session::VerdictCode>(i));
        if (heading_of(text.outcome) == heading) sum += counts.by_code[i];
    }
    return sum;
}

Json reasons_under(std::string_view heading, const VerdictCounts& counts) {
    Json reasons = Json::object();
    for (size_t i = 0; i < session::fold_code_count; ++i) {
        const session::VerdictText& text = text_of(static_cast<session::VerdictCode>(i));
        if (heading_of(text.outcome) != heading || counts.by_code[i] == 0) continue;
        reasons[std::string(text.name)] = counts.by_code[i];
    }
    return reasons;
}

Json reasons_of(const VerdictCounts& counts) {
    Json reasons = Json::object();
    for (const std::string_view heading : headings) {
        reasons[std::string(heading)] = reasons_under(heading, counts);
    }
    return reasons;
}

// What belongs to no report suite, because it was refused, not read yet, or cannot be read.
struct Nobodys {
    uint64_t rejected = 0;
    uint64_t unfolded = 0;
    uint64_t undecodable = 0;
    uint64_t erased = 0;
    Json refusals = Json::object();
};

Nobodys nobodys_in(const LedgerView& ledger) {
    Nobodys nobodys{
        .unfolded = ledger.unfolded, .undecodable = ledger.undecodable, .erased = ledger.erased};
    for (const auto& [reason, count] : ledger.rejected) {
        nobodys.rejected += count;
        if (count > 0) nobodys.refusals[reason] = count;
    }
    return nobodys;
}

// The numbers of one suite, or of all.
Json numbers_of(uint64_t received, const VerdictCounts& verdicts, uint64_t pending,
                const Nobodys& nobodys) {
    Json entry = {
        {"received", received + nobodys.rejected + nobodys.unfolded},
    };
    for (const std::string_view heading : headings) {
        entry[std::string(heading)] = sum_under(heading, verdicts);
    }
    entry["ignored"] = sum_under("ignored", verdicts) + nobodys.undecodable + nobodys.erased;
    entry["rejected"] = nobodys.rejected;
    entry["pending"] = pending + nobodys.unfolded;
    entry["reasons"] = reasons_of(verdicts);
    if (nobodys.undecodable > 0) entry["reasons"]["ignored"]["undecodable"] = nobodys.undecodable;
    if (nobodys.erased > 0) entry["reasons"]["ignored"]["erased"] = nobodys.erased;
    entry["reasons"]["rejected"] = nobodys.refusals;
    return entry;
}

}  // namespace

std::string ledger_json(const LedgerView& ledger) {
    const Nobodys nobodys = nobodys_in(ledger);
    VerdictCounts total;
    uint64_t pending = 0;
    Json suites = Json::array();
    for (const LedgerView::Suite& suite : ledger.suites) {
        total += suite.verdicts;
        pending += suite.pending;
        const Nobodys own = suites.empty() ? nobodys : Nobodys();
        Json entry = {{"reportSuite", suites.empty() ? Json(nullptr) : Json(suite.name)}};
        entry.update(
            numbers_of(suite.verdicts.total() + suite.pending + own.undecodable + own.erased,
                       suite.verdicts, suite.pending, own));
        suites.push_back(std::move(entry));
    }
    Json answer = numbers_of(ledger.received, total, pending, nobodys);
    answer["unaccounted"] = ledger.unaccounted;
    answer["reportSuites"] = std::move(suites);
    answer["offset"] = ledger.offset;
    return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace playhead::web
