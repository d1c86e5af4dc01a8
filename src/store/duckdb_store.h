// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/store.h"

namespace playhead::store {

class Database;
class Reports;
class SqlQuestions;

// The store in one DuckDB file. Tables: docs/format/store.md.
//
// A file is open in one process, once (a second process gets the error `busy`). Extensions, other
// files and later changes of settings are shut off: a question can reach nothing but these tables.
// Writers and readers keep the file open as long as they live; none may live until the end of the
// process, when what DuckDB keeps for each thread is already gone.
class DuckdbStore {
  public:
    struct Options {
        // What DuckDB may take for its buffers; a write or question that needs more fails with
        // `full` after temp_bytes beside the file are used up too.
        uint64_t memory_bytes = 512ULL << 20;
        uint64_t temp_bytes = 1ULL << 30;
        // When the write-ahead log has grown to this, the commit that did it also brings it into
        // the file, and takes longer for it.
        uint64_t checkpoint_bytes = 16ULL << 20;
        // Threads that one statement may use. 1: each question runs on the thread that asks it.
        int threads = 1;
    };

    // Opens `path`, or makes an empty store there; the tables of an older version are brought to
    // this one's first, in one transaction. Error `invalid`: it is no store, or one that a newer
    // version has made.
    static base::Result<DuckdbStore> open(const std::string& path, const Options& options);

    // Each on its own connection. A store has one writer.
    base::Result<std::unique_ptr<Writer>> writer();
    base::Result<std::unique_ptr<Reader>> reader();
    base::Result<std::unique_ptr<Reports>> reports();
    base::Result<std::unique_ptr<SqlQuestions>> sql_questions();

  private:
    explicit DuckdbStore(std::shared_ptr<Database> database);

    std::shared_ptr<Database> database_;
    bool has_writer_ = false;
};

}  // namespace playhead::store
