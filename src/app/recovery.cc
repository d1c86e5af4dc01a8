// SPDX-License-Identifier: Apache-2.0
#include "app/recovery.h"

#include <string>

#include "app/erasure_record.h"
#include "app/record_group.h"
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

// Says so by false where this version does not know the record.
bool repeat(const RecordGroup::Item& item, ingest::Decoder& decoder, event::Event& event,
            session::Admission& admission, Recovered& recovered) {
    const auto& [stored, record] = item;
    if (!record) return false;
    ++recovered.records;
    recovered.uptime_ms = record->uptime_ms;
    switch (record->kind) {
        case Record::Kind::tick:
        case Record::Kind::refusals:
        case Record::Kind::erased:
            break;
        case Record::Kind::erasure: {
            const auto erasure = decode_erasure(record->body);
            if (!erasure) return false;
            repeat(*erasure, admission);
            break;
        }
        case Record::Kind::rules: {
            const auto rules = decode_rules(record->body);
            if (!rules) return false;
            recovered.rules = *rules;
            recovered.rules_changes.push_back({.offset = stored.offset, .rules = *rules});
            admission.change_rules(*rules);
            break;
        }
        case Record::Kind::batch:
            admission.open_closed(record->session, record->uptime_ms);
            break;
        case Record::Kind::session_start:
        case Record::Kind::event:
            if (decoder.decode_stored(record->body, event)) repeat(*record, event, admission);
            break;
    }
    return true;
}

base::Result<Recovered> go_on(journal::Reader& journal, session::Admission& admission,
                              Recovered recovered) {
    ingest::Decoder decoder;
    event::Event event;
    RecordGroup group;
    while (true) {
        const auto read = group.read(journal);
        admission.expect(group.sessions());
        for (const RecordGroup::Item& item : group.items()) {
            if (!repeat(item, decoder, event, admission, recovered)) {
                return unknown_record(item.stored.offset);
            }
        }
        if (!read) return std::unexpected(read.error());
        if (group.items().empty()) return recovered;
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
