// SPDX-License-Identifier: Apache-2.0
#include "app/recovery.h"

#include <string>

#include "app/erasure_record.h"
#include "app/rules_record.h"
#include "event/record.h"
#include "ingest/decoder.h"

namespace playhead::app {
namespace {

using event::Record;

void repeat(const Record& record, const event::Event& event, session::Admission& admission) {
    if (record.kind == Record::Kind::session_start) {
        admission.open(record.session, record.uptime_ms, event.playhead_ms);
        return;
    }
    // It was accepted then, so it is now; the answer went out long ago.
    admission.admit(record.session, record.uptime_ms, event.type, event.ts, event.playhead_ms);
}

void repeat(const ErasureRecord& erasure, session::Admission& admission) {
    const auto* begun = std::get_if<ErasureBegun>(&erasure);
    if (begun == nullptr || begun->marks.empty()) return;
    admission.erase(
        [begun](const event::SessionId& id) { return begun->marks.contains(mark_of(id)); });
}

std::unexpected<base::Error> unknown_record(uint64_t offset) {
    return base::fail(base::ErrorCode::damaged,
                      "the journal record at offset " + std::to_string(offset) +
                          " is of a kind that this version does not know; start the version that "
                          "wrote it");
}

base::Result<Recovered> go_on(journal::Reader& journal, session::Admission& admission,
                              Recovered recovered) {
    ingest::Decoder decoder;
    event::Event event;
    while (true) {
        const auto next = journal.next();
        if (!next) return std::unexpected(next.error());
        if (!*next) return recovered;
        const auto record = event::decode((*next)->bytes);
        if (!record) return unknown_record((*next)->offset);
        ++recovered.records;
        recovered.uptime_ms = record->uptime_ms;
        if (record->kind == Record::Kind::tick || record->kind == Record::Kind::refusals ||
            record->kind == Record::Kind::erased) {
            continue;
        }
        if (record->kind == Record::Kind::erasure) {
            const auto erasure = decode_erasure(record->body);
            if (!erasure) return unknown_record((*next)->offset);
            repeat(*erasure, admission);
            continue;
        }
        if (record->kind == Record::Kind::rules) {
            const auto rules = decode_rules(record->body);
            if (!rules) return unknown_record((*next)->offset);
            recovered.rules = *rules;
            recovered.rules_changes.push_back({.offset = (*next)->offset, .rules = *rules});
            admission.change_rules(*rules);
            continue;
        }
        if (record->kind == Record::Kind::batch) {
            admission.open_closed(record->session, record->uptime_ms);
            continue;
        }
        if (decoder.decode_stored(record->body, event)) repeat(*record, event, admission);
    }
}

}  // namespace

base::Result<Recovered> recover(journal::Reader& journal, session::Admission& admission) {
    return go_on(journal, admission, {});
}

base::Result<Recovered> recover(journal::Reader& journal, session::Admission& admission,
                                const FoldState& state) {
    const session::Table& table = *state.table;
    admission.change_rules(table.rules());
    for (const auto& [id, gate] : table.gates()) admission.restore(id, gate);
    for (const session::Buried& one : table.buried()) admission.restore(one);
    auto there = journal.seek(state.offset);
    if (!there) return std::unexpected(there.error());
    return go_on(journal, admission,
                 {.records = 0,
                  .uptime_ms = state.uptime_ms,
                  .rules = table.rules(),
                  .rules_changes = state.rules_changes});
}

}  // namespace playhead::app
