// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace playhead::store {

// How the values of an answer are written.
enum class CellForm : uint8_t {
    json,  // each as JSON; a number that JSON does not have is no value
    text,  // each as the database writes it
};

struct SqlQuestion {
    std::string sql;   // UTF-8
    size_t rows = 0;   // at most so many
    size_t bytes = 0;  // of values, at most so many
    CellForm form = CellForm::json;
};

struct SqlColumn {
    std::string name;  // each is there once
    std::string type;  // as the database calls it
};

struct SqlAnswer {
    std::vector<SqlColumn> columns;
    std::vector<std::vector<std::optional<std::string>>> rows;  // nothing where there is no value
    bool is_truncated = false;    // rows are missing behind the last one
    uint64_t journal_offset = 0;  // as in Reflects
};

// Answers SQL that people wrote, with a connection of its own that can only read (docs/sql.md, and
// docs/adr/0021 why that is enough). Used by one thread at a time, but for interrupt().
class SqlQuestions {
  public:
    // What a statement may be at most. Deeper ones keep the database busy before it can be
    // interrupted.
    static constexpr size_t most_nesting = 100;
    static constexpr size_t most_columns = 250;

    static base::Result<std::unique_ptr<SqlQuestions>> make(std::shared_ptr<Database> database);

    // Error `invalid`: the statement is none that is answered, with a sentence that goes on behind
    // "sql".
    base::Result<SqlAnswer> answer(const SqlQuestion& question);

    // Ends what another thread asks, with the error `stopped`; nothing when it asks nothing.
    void interrupt() { connection_.interrupt(); }

  private:
    SqlQuestions(std::shared_ptr<Database> database, Connection connection);

    base::Result<void> object_to(const std::string& sql);
    base::Result<void> object_to_parts(const std::string& sql);
    base::Result<SqlAnswer> answer_in_transaction(const SqlQuestion& question);
    base::Result<std::vector<SqlColumn>> columns_of(const std::string& sql);

    std::shared_ptr<Database> database_;  // outlives the connection
    Connection connection_;
};

}  // namespace playhead::store
