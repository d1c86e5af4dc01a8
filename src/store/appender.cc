// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "base/utf8.h"
#include "store/database.h"
#include "store/failure.h"

namespace playhead::store {
namespace {

constexpr const char* doing = "the store could not take rows";

struct DestroyType {
    void operator()(duckdb_logical_type type) const { duckdb_destroy_logical_type(&type); }
};

using Type = std::unique_ptr<std::remove_pointer_t<duckdb_logical_type>, DestroyType>;

// Where the field of a new struct goes.
template <class T>
T& place_of(duckdb_vector elements, size_t field, idx_t place) {
    const duckdb_vector values = duckdb_struct_vector_get_child(elements, field);
    return static_cast<T*>(duckdb_vector_get_data(values))[place];
}

}  // namespace

void NewStructs::integer(size_t element, size_t field, int64_t value) {
    place_of<int64_t>(elements_, field, first_ + element) = value;
}

void NewStructs::natural(size_t element, size_t field, uint64_t value) {
    place_of<uint64_t>(elements_, field, first_ + element) = value;
}

void NewStructs::text(size_t element, size_t field, std::string_view value) {
    CHECK(base::is_utf8(value));
    duckdb_vector_assign_string_element_len(duckdb_struct_vector_get_child(elements_, field),
                                            first_ + element, value.data(), value.size());
}

Appender::Appender(duckdb_appender appender)
    : appender_(appender), columns_(duckdb_appender_column_count(appender)) {
    std::vector<Type> owned;
    std::vector<duckdb_logical_type> types;
    for (size_t i = 0; i < columns_.size(); ++i) {
        owned.emplace_back(duckdb_appender_column_type(appender_, i));
        types.push_back(owned.back().get());
        columns_[i].type = duckdb_get_type_id(types.back());
    }
    chunk_ = duckdb_create_data_chunk(types.data(), types.size());
    CHECK(chunk_ != nullptr);
    look_at_chunk();
}

Appender::Appender(Appender&& other) noexcept
    : appender_(std::exchange(other.appender_, nullptr)),
      chunk_(std::exchange(other.chunk_, nullptr)),
      columns_(std::move(other.columns_)),
      row_(other.row_),
      column_(other.column_),
      failed_(other.failed_),
      has_wrong_text_(other.has_wrong_text_) {
}

Appender::~Appender() {
    // Rows that were not finished are left out: the caller rolls back.
    if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
    if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
}

void Appender::look_at_chunk() {
    for (size_t i = 0; i < columns_.size(); ++i) {
        columns_[i].values = duckdb_data_chunk_get_vector(chunk_, i);
        columns_[i].data = duckdb_vector_get_data(columns_[i].values);
    }
}

Appender::Column& Appender::next_column(duckdb_type type) {
    CHECK(column_ < columns_.size() && columns_[column_].type == type);
    return columns_[column_++];
}

void Appender::null() {
    CHECK(column_ < columns_.size());
    const duckdb_vector values = columns_[column_++].values;
    duckdb_vector_ensure_validity_writable(values);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(values), row_);
}

void Appender::boolean(bool value) {
    static_cast<bool*>(next_column(DUCKDB_TYPE_BOOLEAN).data)[row_] = value;
}

void Appender::integer(int64_t value) {
    static_cast<int64_t*>(next_column(DUCKDB_TYPE_BIGINT).data)[row_] = value;
}

void Appender::natural(uint64_t value) {
    static_cast<uint64_t*>(next_column(DUCKDB_TYPE_UBIGINT).data)[row_] = value;
}

void Appender::number(double value) {
    static_cast<double*>(next_column(DUCKDB_TYPE_DOUBLE).data)[row_] = value;
}

void Appender::text(std::string_view value) {
    assign(next_column(DUCKDB_TYPE_VARCHAR).values, row_, value);
}

void Appender::bytes(std::string_view value) {
    duckdb_vector_assign_string_element_len(next_column(DUCKDB_TYPE_BLOB).values, row_,
                                            value.data(), value.size());
}

// DuckDB does not look at texts in a chunk.
void Appender::assign(duckdb_vector values, idx_t place, std::string_view text) {
    const bool is_right = base::is_utf8(text);
    has_wrong_text_ = has_wrong_text_ || !is_right;
    if (!is_right) text = {};
    duckdb_vector_assign_string_element_len(values, place, text.data(), text.size());
}

// Makes room for the elements of the list in this row. Gives the place of the first.
idx_t Appender::add_elements(const Column& column, size_t size) {
    const idx_t first = duckdb_list_vector_get_size(column.values);
    CHECK(duckdb_list_vector_reserve(column.values, first + size) == DuckDBSuccess);
    CHECK(duckdb_list_vector_set_size(column.values, first + size) == DuckDBSuccess);
    static_cast<duckdb_list_entry*>(column.data)[row_] = {.offset = first, .length = size};
    return first;
}

void Appender::text_pairs(const TextPairs& pairs) {
    // There is no map with equal keys.
    std::unordered_map<std::string_view, size_t> last;
    for (size_t i = 0; i < pairs.size(); ++i) last[pairs[i].first] = i;
    const Column& column = next_column(DUCKDB_TYPE_MAP);
    idx_t place = add_elements(column, last.size());
    const duckdb_vector elements = duckdb_list_vector_get_child(column.values);
    const duckdb_vector keys = duckdb_struct_vector_get_child(elements, 0);
    const duckdb_vector values = duckdb_struct_vector_get_child(elements, 1);
    for (size_t i = 0; i < pairs.size(); ++i) {
        const auto& [key, value] = pairs[i];
        if (last[key] != i) continue;
        assign(keys, place, key);
        assign(values, place, value);
        ++place;
    }
}

NewStructs Appender::structs(size_t size) {
    const Column& column = next_column(DUCKDB_TYPE_LIST);
    const idx_t first = add_elements(column, size);
    return {duckdb_list_vector_get_child(column.values), first};
}

void Appender::end_row() {
    CHECK(column_ == columns_.size());
    column_ = 0;
    if (++row_ == duckdb_vector_size()) flush();
}

void Appender::flush() {
    if (row_ == 0) return;
    duckdb_data_chunk_set_size(chunk_, row_);
    const bool may_go_on = !failed_ && !has_wrong_text_;
    if (may_go_on) failed_ = duckdb_append_data_chunk(appender_, chunk_) != DuckDBSuccess;
    duckdb_data_chunk_reset(chunk_);
    look_at_chunk();
    row_ = 0;
}

base::Result<void> Appender::finish() {
    flush();
    if (has_wrong_text_) return failed(doing, DUCKDB_ERROR_INVALID_INPUT, "a text is not unicode");
    if (!failed_) failed_ = duckdb_appender_close(appender_) != DuckDBSuccess;
    if (failed_) return failed_append(appender_, doing);
    return {};
}

}  // namespace playhead::store
