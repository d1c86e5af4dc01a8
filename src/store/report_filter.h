// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "store/report_question.h"

// Dimensions and conditions as SQL on one record. `parameters` gets the values that the question
// brings; SQL names them $1, $2, ... .
namespace playhead::store {

// The rows that one record stands beside: its own, its session's, and those of parts that are
// joined for a dimension.
struct RecordScope {
    Part own{};
    std::set<Part> joined;

    bool has(Part part) const {
        return part == Part::session || part == own || joined.contains(part);
    }
};

// `$n` for the value, of its type; nothing is no value.
std::string parameter(Value value, std::vector<Value>& parameters);

// NULL where there is no value. Custom metadata is that of the record's own part, in which its own
// keys win over the session's.
std::string value_of(const DimensionName& dimension, const RecordScope& scope,
                     std::vector<Value>& parameters);

// A condition that is true or false. One on a part that the record does not stand beside is true
// when the session has such a part; those of one `all_of` on the same part, when it has one for
// which all of them hold.
std::string condition_of(const Filter& filter, const RecordScope& scope,
                         std::vector<Value>& parameters);

}  // namespace playhead::store
