// SPDX-License-Identifier: Apache-2.0
#include "app/server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

#include <pthread.h>
#include <unistd.h>

#include "app/access.h"
#include "app/certificate_files.h"
#include "app/commit_loop.h"
#include "app/damage_report.h"
#include "app/data_folder.h"
#include "app/erasing.h"
#include "app/fold_loop.h"
#include "app/forward/forwarding.h"
#include "app/inspection.h"
#include "app/late_store.h"
#include "app/ledger_view.h"
#include "app/progress.h"
#include "app/quarantine.h"
#include "app/recovery.h"
#include "app/report_source.h"
#include "app/retention.h"
#include "app/rules_record.h"
#include "app/server_options.h"
#include "app/snapshot_loop.h"
#include "app/store_loop.h"
#include "app/unrepeated_rows.h"
#include "app/watch.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/log.h"
#include "base/posix_disk.h"
#include "http/listener.h"
#include "http/server.h"
#include "ingest/answer.h"
#include "ingest/endpoint.h"
#include "journal/file_journal.h"
#include "web/api.h"
#include "web/erasure_door.h"
#include "web/guard.h"
#include "web/live_feed.h"
#include "web/report_worker.h"
#include "web/sql_worker.h"

namespace playhead::app {
namespace {

using base::Result;

// What may wait for the commit thread; beyond it requests are answered 503.
constexpr size_t waiting_bytes = size_t{64} * 1024 * 1024;
constexpr std::chrono::milliseconds fold_looks_again{250};
constexpr std::chrono::milliseconds fold_gathers{5};
constexpr std::chrono::milliseconds snapshots_look_again{1000};
constexpr int64_t retention_looks_again = 10'000;
constexpr int64_t snapshot_at_most = 20'000;
// Who asks often has had its last answer by then; a ping comes every ten seconds.
constexpr std::chrono::milliseconds goodbye_at_most{500};
constexpr std::chrono::seconds drain_at_most{5};
constexpr std::chrono::seconds fold_at_most{5};
constexpr size_t admin_connections = 256;
constexpr std::chrono::seconds report_at_most{30};
constexpr int64_t store_patience = 30;
constexpr int64_t never = INT64_MAX;

// What is on disk is unknown, and only a new start finds out. Nothing more may be answered.
[[noreturn]] void end_process(const base::Error& error) {
    base::log(base::Level::error,
              "the journal cannot be written, the process ends so that nothing is answered that is "
              "not on disk; start it again: " +
                  error.what);
    _exit(1);
}

// Of a socket that was handed over it is the socket that decides who can reach it, and so whether
// tokens are asked for.
Result<Config> with_real_addresses(Config config, const Supervisor::Sockets& sockets) {
    const auto replace = [](std::string& address, int socket) -> Result<void> {
        if (socket < 0) return {};
        const auto shared = http::share_listener(socket, 0);
        if (!shared) return std::unexpected(shared.error());
        address = shared->address;
        return {};
    };
    auto replaced = replace(config.listen, sockets.players);
    if (replaced) replaced = replace(config.admin, sockets.operators);
    if (!replaced) return std::unexpected(replaced.error());
    return config;
}

}  // namespace

// In the order of their making; each uses what stands above it.
struct Server::Parts {
    Parts(const Config& given, const Supervisor::Sockets& handed_over)
        : config(given),
          sockets(handed_over),
          in_force(given),
          retention_hours(given.retention_hours),
          retention_bytes(given.retention_bytes),
          rules(rules_of(given)),
          endpoint_counters(counters),
          admission(session::Rules()),
          turns(waiting_bytes),
          to_store(1) {}

    Result<void> open();
    void open_quarantine();
    Result<void> recover_from(std::optional<uint64_t> stored);
    Result<void> open_forwarding(Uptime uptime);
    void open_questions();
    Result<store::SqlAnswer> answer_sql(const store::SqlQuestion& question);
    void note_stored(uint64_t offset);
    Result<void> put_rules_in_force(Recovered& recovered);
    Result<void> open_certificate();
    bool admin_speaks_tls() const;
    void renew_certificate();
    Result<void> listen();
    void start_threads();
    void watch_threads();
    void run_commit();
    void run_fold();
    void run_snapshots();
    void remove_old_records();
    void note_fold(const Result<bool>& worked);
    void stop();

    std::unique_ptr<http::Handler> make_endpoint();
    web::Api::Sources sources();
    web::ErasureDoor::Sources erasure_sources();
    void start_erasing();
    web::Api::Readiness readiness() const;
    Refusals refused_by_endpoints() const;
    void add_gauges();

    const Config config;  // of the start
    const Supervisor::Sockets sockets;
    Config in_force;  // of the owner's thread: with what changed since
    std::atomic<int64_t> retention_hours;
    std::atomic<int64_t> retention_bytes;
    const session::Rules rules;
    base::SystemClock clock;
    base::PosixDisk disk;
    base::Counters counters;
    DamageReport damage{counters};
    ingest::EndpointCounters endpoint_counters;
    std::unique_ptr<Access> access;
    std::optional<CertificateFiles> certificate_files;  // empty: no TLS
    std::shared_ptr<const http::TlsContext> first_certificate;
    DataFolder folder;
    std::optional<event::SessionIdKey> session_key;
    std::unique_ptr<journal::FileJournal> journal;
    std::unique_ptr<Quarantine> quarantine;  // null when its folder cannot be used
    session::Admission admission;
    CommitLoop::Queue turns;
    base::Signal signal;
    std::optional<LateStore> store;
    StoreLoop::Queue to_store;
    std::unique_ptr<journal::Reader> fold_reader;
    std::optional<CommitLoop> commit_loop;
    std::optional<SnapshotLoop> snapshot_loop;
    std::optional<FoldLoop> fold_loop;
    std::optional<UnrepeatedRows> rows_once;
    std::optional<StoreLoop> store_loop;
    std::optional<Inspection> inspection;
    std::optional<ReportSource> report_source;
    std::optional<web::ReportWorker> reports;
    std::optional<web::SqlWorker> sql;
    std::optional<Erasing> erasing;
    std::optional<web::LiveFeed> live_feed;
    std::unique_ptr<Forwarding> forwarding;  // null: nothing is forwarded
    std::unique_ptr<http::Server> players;
    std::unique_ptr<http::Server> operators;
    Progress commit_progress;
    Progress fold_progress;
    Watch watch{clock};
    std::thread commit_thread;
    std::thread fold_thread;
    std::thread store_thread;
    std::thread snapshot_thread;
    std::atomic<uint64_t> stored_offset{0};
    std::atomic<int64_t> fold_stops_at{never};
    std::atomic<bool> fold_failing{false};
};

Result<void> Server::Parts::open() {
    auto allowed = Access::open(disk, config, clock.wall_ms());
    if (!allowed) return std::unexpected(allowed.error());
    access = std::move(*allowed);
    if (auto read = open_certificate(); !read) return read;
    auto opened = open_data_folder(disk, config.data);
    if (!opened) return std::unexpected(opened.error());
    folder = std::move(*opened);
    session_key.emplace(folder.key);

    // A store that is away costs freshness and never an event: the store's thread goes on trying.
    store.emplace(folder.store());
    const auto known = store->offset();
    const uint64_t stored = known.value_or(0);
    stored_offset = stored;

    auto made =
        journal::FileJournal::open(disk, folder.journal(),
                                   {.segment_bytes = static_cast<uint64_t>(config.segment_bytes),
                                    .first_segment_bytes = std::min<uint64_t>(
                                        1 << 20, static_cast<uint64_t>(config.segment_bytes)),
                                    .now = clock.wall_ms(),
                                    .committed = stored,
                                    .salt = {}});
    if (!made) return std::unexpected(made.error());
    journal = std::move(*made);
    const uint64_t end = journal->recovery().end;
    if (stored > end) {
        return base::fail(base::ErrorCode::damaged,
                          folder.store() + " has rows up to offset " + std::to_string(stored) +
                              " of the journal, and the journal ends at " + std::to_string(end) +
                              ": a part of it is missing. Put it back, or move the store away: it "
                              "is then made again from the journal that is there");
    }
    store->limit_to(end);
    return recover_from(known ? std::optional(*known) : std::nullopt);
}

Result<void> Server::Parts::recover_from(std::optional<uint64_t> known) {
    // A snapshot has its name because the store had everything before it: one that cannot be asked
    // now is believed to have it still.
    auto state = newest_snapshot(disk, folder.snapshot(), [&](const FoldState& found) {
        return found.offset <= known.value_or(found.offset) &&
               journal->reader()->seek(found.offset).has_value();
    });
    const uint64_t stored = known.value_or(0);
    const uint64_t begin = journal->segments().front().first;
    if (!state && begin > 0 && stored == 0) {
        base::log(base::Level::error,
                  "the journal begins at offset " + std::to_string(begin) +
                      ": what was before it is not in the store that is made of it now, and "
                      "sessions that began before it are unknown");
    } else if (!state && begin > 0) {
        return base::fail(base::ErrorCode::damaged,
                          "the journal begins at offset " + std::to_string(begin) +
                              ", and no snapshot in " + folder.snapshot() +
                              " says what was before that. Put a backup of the data folder back");
    }
    const auto reader = damage.past_damage(journal->reader());
    auto recovered = state ? recover(*reader, admission, *state) : recover(*reader, admission);
    if (!recovered) return std::unexpected(recovered.error());
    open_quarantine();
    const auto ruled = put_rules_in_force(*recovered);
    if (!ruled) return std::unexpected(ruled.error());
    const Uptime uptime(recovered->uptime_ms, clock.monotonic_ms());
    if (auto done = open_forwarding(uptime); !done) return done;
    commit_loop.emplace(
        CommitLoop::Parts{.journal = *journal,
                          .admission = admission,
                          .turns = turns,
                          .committed = signal,
                          .clock = clock,
                          .counters = counters,
                          .refused_before = [this] { return refused_by_endpoints(); },
                          .quarantine =
                              [this](RefusedEvent event) {
                                  if (quarantine) quarantine->put(std::move(event));
                              }},
        uptime);
    fold_reader = damage.past_damage(journal->reader());
    if (state) {
        const auto there = fold_reader->seek(state->offset);
        if (!there) return std::unexpected(there.error());
    }
    snapshot_loop.emplace(disk, folder.snapshot(), signal, counters);
    snapshot_loop->stored(stored);
    fold_loop.emplace(FoldLoop::Parts{.journal = *fold_reader,
                                      .to_store = to_store,
                                      .signal = signal,
                                      .counters = counters,
                                      .snapshots = &*snapshot_loop,
                                      .pace = {.uptime_ms = config.snapshot_seconds * 1000},
                                      .clock = &clock},
                      stored, std::move(state));
    rows_once.emplace(*store, *store,
                      [this] { return damage.places() > 0 || fold_loop->met_erased_records(); });
    store_loop.emplace(
        *rows_once, to_store, [this](uint64_t offset) { note_stored(offset); }, clock, counters);
    inspection.emplace(journal->reader(), std::move(recovered->rules_changes));
    open_questions();
    return {};
}

// What operators ask beside the rows.
void Server::Parts::open_questions() {
    live_feed.emplace(web::LiveFeed::Sources{
                          .ask =
                              [this](const session::LiveQuestion& question, auto done) {
                                  fold_loop->ask_live(question, clock.wall_ms(), std::move(done));
                              },
                          .monotonic_ms = [this] { return clock.monotonic_ms(); }},
                      counters);
    report_source.emplace(*store, *fold_loop, clock, counters);
    reports.emplace(
        web::ReportWorker::Sources{
            .object_to =
                [this](const auto& question) { return report_source->object_to(question); },
            .answer = [this](const auto& question) { return report_source->answer(question); },
            .interrupt = [this] { report_source->interrupt(); }},
        report_at_most);
    sql.emplace(web::SqlWorker::Sources{
                    .answer = [this](const auto& question) { return answer_sql(question); },
                    .interrupt = [this] { store->interrupt_sql(); }},
                report_at_most);
}

Result<store::SqlAnswer> Server::Parts::answer_sql(const store::SqlQuestion& question) {
    Result<store::SqlAnswer> answer;
    const auto asked = store->ask_sql([&](store::SqlQuestions& questions) -> Result<void> {
        answer = questions.answer(question);
        return {};
    });
    if (!asked) return std::unexpected(asked.error());
    return answer;
}

void Server::Parts::note_stored(uint64_t offset) {
    stored_offset = offset;
    snapshot_loop->stored(offset);
    fold_loop->stored(offset);
    if (erasing) erasing->stored(offset);
}

Result<void> Server::Parts::open_forwarding(Uptime uptime) {
    auto opened = Forwarding::open({.config = config,
                                    .journal = *journal,
                                    .damage = damage,
                                    .clock = clock,
                                    .counters = counters,
                                    .session_key = *session_key},
                                   uptime);
    if (!opened) return std::unexpected(opened.error());
    forwarding = *std::move(opened);
    return {};
}

// Nothing depends on it: a server that cannot keep what it refuses still serves.
void Server::Parts::open_quarantine() {
    auto opened = Quarantine::open(disk,
                                   {.folder = folder.quarantine(),
                                    .bytes = static_cast<uint64_t>(config.quarantine_bytes),
                                    .now = clock.wall_ms()},
                                   counters);
    if (opened) {
        quarantine = std::move(*opened);
    } else {
        base::log(base::Level::warning,
                  "refused events are not kept, only counted: " + opened.error().what);
    }
}

// The replay must close each session where it closed before, so a change of rules is a record too.
Result<void> Server::Parts::put_rules_in_force(Recovered& recovered) {
    if (recovered.rules == rules) return {};
    std::string record;
    event::encode({.kind = event::Record::Kind::rules,
                   .received_at = clock.wall_ms(),
                   .uptime_ms = recovered.uptime_ms,
                   .session = {},
                   .body = encode_rules(rules)},
                  record);
    const auto appended = journal->append(record);
    if (!appended) return std::unexpected(appended.error());
    const auto committed = journal->commit();
    if (!committed) return std::unexpected(committed.error());
    admission.change_rules(rules);
    recovered.rules_changes.push_back({.offset = *appended, .rules = rules});
    return {};
}

Result<void> Server::Parts::open_certificate() {
    if (config.tls_certificate.empty()) return {};
    certificate_files.emplace(disk, config.tls_certificate, config.tls_key);
    auto made = certificate_files->open();
    if (!made) return std::unexpected(made.error());
    first_certificate = *std::move(made);
    base::log(base::Level::info, "TLS with the certificate " + first_certificate->description());
    counters.gauge("playhead_tls_certificate_end_seconds", "",
                   "When the certificate in force ends, in seconds since 1970",
                   [this] { return static_cast<double>(certificate_files->ends_at()); });
    return {};
}

bool Server::Parts::admin_speaks_tls() const {
    return certificate_files && (config.tls_admin == "required" || !is_loopback(config.admin));
}

void Server::Parts::renew_certificate() {
    if (!certificate_files) return;
    const auto next = certificate_files->look_again();
    if (!next) return;
    players->replace_certificate(next);
    if (admin_speaks_tls()) operators->replace_certificate(next);
}

Result<void> Server::Parts::listen() {
    http::Options for_players;
    for_players.listen = config.listen;
    for_players.inherited_socket = sockets.players;
    for_players.loops = threads_of(config);
    for_players.connections = connections_of(config);
    for_players.idle_ms = config.http_idle_seconds * 1000;
    for_players.request_ms = config.http_request_seconds * 1000;
    for_players.unsent_ms = for_players.request_ms;
    for_players.error_headers = ingest::cors_headers;
    for_players.tls = first_certificate;
    for_players.addresses = address_rules_of(config);
    for_players.counters = &counters;
    for_players.name = "players";
    auto made =
        http::Server::listen(for_players, [this](size_t) { return make_endpoint(); }, clock);
    if (!made) return std::unexpected(made.error());
    players = std::move(*made);

    http::Options for_operators;
    for_operators.listen = config.admin;
    for_operators.inherited_socket = sockets.operators;
    for_operators.connections = admin_connections;
    if (admin_speaks_tls()) for_operators.tls = first_certificate;
    for_operators.counters = &counters;
    for_operators.name = "operators";
    made = http::Server::listen(
        for_operators,
        [this](size_t) {
            auto api = std::make_unique<web::Api>(sources(), *store, counters);
            auto door = std::make_unique<web::ErasureDoor>(erasure_sources(), std::move(api));
            return std::make_unique<web::Guard>(std::move(door), access->tokens(), counters);
        },
        clock);
    if (!made) return std::unexpected(made.error());
    operators = std::move(*made);
    return {};
}

std::unique_ptr<http::Handler> Server::Parts::make_endpoint() {
    return std::make_unique<ingest::Endpoint>(
        ingest::EndpointOptions{.profile = config.profile == "lenient" ? ingest::Profile::lenient
                                                                       : ingest::Profile::standard,
                                .path_prefix = config.path_prefix,
                                .report_suites = config.report_suites,
                                .shard = 0},
        *session_key, endpoint_counters,
        [this] { return ingest::Moment{clock.wall_ms(), clock.monotonic_ms()}; },
        [this](ingest::Turn&& turn) { return turns.try_push(std::move(turn)); });
}

web::Api::Sources Server::Parts::sources() {
    using session::SessionRow;
    web::Api::Sources sources;
    // A browser takes it for all ports of a name, and `localhost` is the name of much else.
    sources.https_only = admin_speaks_tls() && !is_loopback(config.admin);
    sources.open_session = [this](const event::SessionId& id, auto done) {
        fold_loop->ask([id, done = std::move(done)](const FoldLoop& fold) {
            const SessionRow* closed = fold.unstored(id);
            done(closed != nullptr ? std::optional(*closed) : fold.table().session(id));
        });
    };
    sources.open_sessions = [this](const session::SessionFilter& filter,
                                   const std::optional<event::SessionId>& before, size_t limit,
                                   auto done) {
        fold_loop->ask_search(
            {.filter = filter, .before = before, .limit = limit},
            [done = std::move(done)](session::Search&& search) {
                done({.rows = std::move(search.found),
                      .looked_at = search.is_complete ? std::nullopt : search.before});
            });
    };
    sources.session_events = [this](SessionRow row, auto done) {
        inspection->events_of(std::move(row), std::move(done));
    };
    sources.session_explanation = [this](SessionRow row, auto done) {
        inspection->explain(std::move(row), std::move(done));
    };
    sources.reports = [this](const http::Request& request, http::Responder responder) {
        reports->answer(request, std::move(responder));
    };
    sources.sql = [this](const http::Request& request, http::Responder responder) {
        sql->answer(request, std::move(responder));
    };
    sources.live = [this](const http::Request& request, std::string_view query,
                          http::Responder responder) {
        live_feed->answer(request, query, std::move(responder));
    };
    sources.session_recording = [this](SessionRow row, auto done) {
        inspection->record(std::move(row), std::move(done));
    };
    sources.readiness = [this] { return readiness(); };
    sources.quarantine = [this](uint64_t from, size_t limit) {
        return quarantine ? quarantine->list(from, limit)
                          : base::Result<web::QuarantinePage>(web::QuarantinePage());
    };
    sources.ledger = [this](auto done) {
        fold_loop->ask([this, done = std::move(done)](const FoldLoop& fold) {
            done(ledger_view(fold, *commit_loop));
        });
    };
    return sources;
}

web::Api::Readiness Server::Parts::readiness() const {
    web::Api::Readiness found;
    std::vector<std::string>& reasons = found.reasons;
    if (fold_failing) {
        reasons.push_back("the journal cannot be read: events are accepted, numbers stand still");
    } else if (!fold_loop->caught_up()) {
        reasons.push_back(
            "the journal is read again after the start: " + std::to_string(fold_loop->position()) +
            " of " + std::to_string(fold_reader->end()) + " bytes");
    }
    const std::string away = store_loop->reason();
    // A fold that waits for the store may not have caught up for long.
    found.ready = reasons.empty() || (!away.empty() && !fold_failing);
    if (!commit_loop->has_room()) {
        reasons.push_back("the disk is full: new requests are answered 503, all else goes on");
        found.ready = false;
    }
    // Whoever sends players elsewhere because of it would lose events to save the age of numbers.
    if (!away.empty()) {
        reasons.push_back(
            "the store is away: events are accepted, closed sessions wait in the journal: " + away);
    }
    if (std::string sentence = damage.sentence(); !sentence.empty()) {
        reasons.push_back(std::move(sentence));
    }
    if (std::string sentence = forwarding ? forwarding->reason() : ""; !sentence.empty()) {
        reasons.push_back(std::move(sentence));
    }
    return found;
}

Refusals Server::Parts::refused_by_endpoints() const {
    Refusals refused{};
    for (size_t i = 0; i < refused.size(); ++i) {
        refused[i] = endpoint_counters.by_rejection[i]->value();
    }
    return refused;
}

web::ErasureDoor::Sources Server::Parts::erasure_sources() {
    return {.erase = [this](std::string viewer,
                            auto done) { erasing->erase(std::move(viewer), std::move(done)); },
            .erasures = [this](const auto& done) { done(erasing->receipts()); }};
}

void Server::Parts::start_erasing() {
    erasing.emplace(Erasing::Parts{.disk = disk,
                                   .data = config.data,
                                   .journal = *journal,
                                   .damage = damage,
                                   .commits = *commit_loop,
                                   .fold = *fold_loop,
                                   .store = *store,
                                   .store_loop = *store_loop,
                                   .snapshots = *snapshot_loop,
                                   .quarantine = quarantine.get()});
    erasing->stored(stored_offset);
}

void Server::Parts::add_gauges() {
    counters.gauge("playhead_build_info", "version=\"" PLAYHEAD_VERSION "\"",
                   "Always 1; the label says which version runs", [] { return 1.0; });
    counters.gauge("playhead_unaccounted_events", "",
                   "Events that were folded and have no verdict and wait for none; not 0 is a bug",
                   [this] { return static_cast<double>(fold_loop->unaccounted()); });
    counters.gauge("playhead_journal_end_bytes", "", "Offset behind the last durable record",
                   [this] { return static_cast<double>(fold_reader->end()); });
    counters.gauge("playhead_journal_begin_bytes", "", "Offset of the first record that is kept",
                   [this] { return static_cast<double>(journal->segments().front().first); });
    counters.gauge("playhead_snapshot_offset_bytes", "",
                   "Journal offset of the oldest snapshot that is kept, 0 without one",
                   [this] { return static_cast<double>(snapshot_loop->oldest()); });
    counters.gauge("playhead_store_rows_waiting", "",
                   "Sessions that have closed and are not in the store yet",
                   [this] { return static_cast<double>(fold_loop->rows_unstored()); });
    counters.gauge("playhead_store_sums_missing", "",
                   "Sums of days that are over and not made yet: of each day one without a "
                   "dimension and one by each of some",
                   [this] { return static_cast<double>(store_loop->left_to_sum()); });
    counters.gauge("playhead_journal_unfolded_bytes", "",
                   "Journal bytes that are durable and not yet folded", [this] {
                       const uint64_t end = fold_reader->end();
                       return static_cast<double>(end - std::min(end, fold_loop->position()));
                   });
}

void Server::Parts::start_threads() {
    add_gauges();
    start_erasing();
    store_thread = std::thread([this] {
        while (store_loop->step()) continue;
    });
    snapshot_thread = std::thread([this] { run_snapshots(); });
    fold_thread = std::thread([this] { run_fold(); });
    commit_thread = std::thread([this] { run_commit(); });
    if (forwarding) forwarding->start();
    // Names are for who looks at the process (top -H) and for the benchmark's account of threads.
    pthread_setname_np(store_thread.native_handle(), "store");
    pthread_setname_np(snapshot_thread.native_handle(), "snapshot");
    pthread_setname_np(fold_thread.native_handle(), "fold");
    pthread_setname_np(commit_thread.native_handle(), "commit");
}

// A write of the store may be long, and what waits for it costs freshness only.
void Server::Parts::watch_threads() {
    watch.add("the network threads of players", [this] { return players->turns(); });
    watch.add("the network thread of operators", [this] { return operators->turns(); });
    watch.add("the commit thread", commit_progress, 1, [this] { return turns.size() > 0; });
    watch.add("the fold thread", fold_progress, 1,
              [this] { return fold_loop->position() < fold_reader->end(); });
    watch.add("the store thread", store_loop->progress(), store_patience,
              [this] { return to_store.size() > 0; });
}

void Server::Parts::run_commit() {
    while (true) {
        commit_progress.begin();
        const auto goes_on = commit_loop->step();
        commit_progress.end();
        if (!goes_on) end_process(goes_on.error());
        if (!*goes_on) return;
        journal->set_time(clock.wall_ms());
        const CommitLoop::Pause pause = commit_loop->pause(players->connections());
        players->let_gather(pause.gathering);
        if (pause.rest.count() > 0) {
            std::this_thread::sleep_for(pause.rest);
            players->wait_until_idle(CommitLoop::longest_rest - pause.rest);
        }
    }
}

void Server::Parts::run_fold() {
    while (true) {
        fold_progress.begin();
        const auto worked = fold_loop->step();
        fold_progress.end();
        note_fold(worked);
        const int64_t stop_at = fold_stops_at;
        const bool is_behind = worked && *worked;
        if (stop_at != never && (!is_behind || clock.monotonic_ms() > stop_at)) break;
        if (is_behind) continue;
        signal.wait(fold_looks_again);
        // A commit holds a few events, and a round for each commit costs more than its events.
        std::this_thread::sleep_for(fold_gathers);
    }
    // What has no room waits for the store; a store that fails gets it after the next start.
    while (!fold_loop->flush() && !store_loop->failing()) signal.wait(fold_looks_again);
    to_store.close();
    // The next start then reads nothing again. Its name it gets when the store has finished.
    fold_loop->begin_snapshot();
    const int64_t give_up_at = clock.monotonic_ms() + snapshot_at_most;
    while (fold_loop->takes_snapshot() && clock.monotonic_ms() < give_up_at) {
        if (!fold_loop->go_on_with_snapshot()) signal.wait(fold_looks_again);
    }
}

void Server::Parts::run_snapshots() {
    int64_t looks_at = 0;
    while (snapshot_loop->step(snapshots_look_again)) {
        if (clock.monotonic_ms() < looks_at) continue;
        remove_old_records();
        looks_at = clock.monotonic_ms() + retention_looks_again;
    }
}

void Server::Parts::remove_old_records() {
    const Retention kept{.hours = retention_hours,
                         .bytes = static_cast<uint64_t>(retention_bytes.load())};
    const uint64_t floor = std::min(stored_offset.load(), snapshot_loop->oldest());
    const uint64_t end = retention_end(journal->segments(), kept, clock.wall_ms(), floor);
    const auto removed = journal->remove_before(end);
    if (!removed) {
        base::log(base::Level::error,
                  "old journal files cannot be removed: " + removed.error().what);
    } else if (*removed > 0) {
        base::log(base::Level::info, "removed " + std::to_string(*removed) +
                                         " journal files; it now begins at offset " +
                                         std::to_string(end));
    }
}

// A journal that cannot be read is tried again at each look: it may be files or memory that were
// short, and questions go on being answered with what is known.
void Server::Parts::note_fold(const Result<bool>& worked) {
    if (worked) {
        if (fold_failing.exchange(false)) base::log(base::Level::info, "folding goes on");
        return;
    }
    if (fold_failing.exchange(true)) return;
    base::log(base::Level::error,
              "folding stands still, accepting goes on: " + worked.error().what);
}

void Server::Parts::stop() {
    players->stop_accepting();
    players->say_goodbye(goodbye_at_most);
    players->drain(drain_at_most);
    operators->stop_accepting();
    operators->drain(drain_at_most);
    reports->stop();
    sql->stop();
    erasing->stop();
    turns.close();
    commit_thread.join();
    if (forwarding) forwarding->finish();
    store_loop->hurry();
    fold_stops_at = clock.monotonic_ms() + std::chrono::milliseconds(fold_at_most).count();
    signal.raise();
    fold_thread.join();
    store_thread.join();
    snapshot_loop->close();
    snapshot_thread.join();
    if (forwarding) forwarding->join();
    players->stop();
    operators->stop();
    live_feed.reset();
    inspection.reset();
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const Config& config,
                                              const Supervisor::Sockets& sockets) {
    auto real = with_real_addresses(config, sockets);
    if (!real) return std::unexpected(real.error());
    auto parts = std::make_unique<Parts>(*real, sockets);
    parts->in_force = config;
    auto done = parts->open();
    if (done) done = parts->listen();
    if (!done) return std::unexpected(done.error());
    parts->start_threads();
    done = parts->players->start();
    if (done) done = parts->operators->start();
    if (!done) {
        parts->stop();
        return std::unexpected(done.error());
    }
    parts->watch_threads();
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::string Server::listen_address() const {
    return parts_->players->address();
}

std::string Server::admin_address() const {
    return parts_->operators->address();
}

std::string Server::listen_scheme() const {
    return parts_->certificate_files ? "https" : "http";
}

std::string Server::admin_scheme() const {
    return parts_->admin_speaks_tls() ? "https" : "http";
}

void Server::refresh() {
    parts_->access->refresh(parts_->clock.wall_ms());
    parts_->renew_certificate();
}

void Server::take_over(const Settings& wanted) {
    const auto differences = app::take_over(parts_->in_force, wanted);
    if (differences.empty())
        base::log(base::Level::info, "configuration read again: no difference");
    for (const std::string& difference : differences) {
        base::log(base::Level::info, "configuration read again: " + difference);
    }
    parts_->retention_hours = parts_->in_force.retention_hours;
    parts_->retention_bytes = parts_->in_force.retention_bytes;
}

bool Server::is_alive(int64_t limit_ms) {
    return parts_->watch.look(limit_ms);
}

void Server::stop() {
    parts_->stop();
}

}  // namespace playhead::app
