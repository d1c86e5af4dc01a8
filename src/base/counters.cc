// SPDX-License-Identifier: Apache-2.0
#include "base/counters.h"

#include <charconv>

#include "base/check.h"

namespace playhead::base {
namespace {

void append_number(std::string& text, double value) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    text.append(digits, end.ptr);
}

}  // namespace

std::string_view Counters::type_of(Kind kind) {
    switch (kind) {
        case Kind::counter:
            return "counter";
        case Kind::gauge:
            return "gauge";
        case Kind::histogram:
            return "histogram";
    }
    return "untyped";
}

Counters::Family& Counters::family(std::string_view name, std::string_view help, Kind kind) {
    for (Family& known : families_) {
        if (known.name != name) continue;
        CHECK(known.kind == kind);
        return known;
    }
    Family& made = families_.emplace_back();
    made.name = name;
    made.help = help;
    made.kind = kind;
    return made;
}

Counter& Counters::counter(std::string_view name, std::string_view labels, std::string_view help) {
    const std::lock_guard lock(mutex_);
    Family& in = family(name, help, Kind::counter);
    for (Series& known : in.series) {
        if (known.labels == labels) return known.counter;
    }
    Series& made = in.series.emplace_back();
    made.labels = labels;
    return made.counter;
}

void Counters::gauge(std::string_view name, std::string_view labels, std::string_view help,
                     std::function<double()> read) {
    const std::lock_guard lock(mutex_);
    Series& made = family(name, help, Kind::gauge).series.emplace_back();
    made.labels = labels;
    made.read = std::move(read);
}

Histogram& Counters::histogram(std::string_view name, std::string_view labels,
                               std::string_view help, Histogram::Unit unit) {
    const std::lock_guard lock(mutex_);
    Family& in = family(name, help, Kind::histogram);
    for (Series& known : in.series) {
        if (known.labels == labels) return *known.histogram;
    }
    Series& made = in.series.emplace_back();
    made.labels = labels;
    made.histogram = std::make_unique<Histogram>(unit);
    return *made.histogram;
}

void Counters::append(std::string& text, const Family& in, const Series& one) {
    if (in.kind == Kind::histogram) {
        one.histogram->append_prometheus(text, in.name, one.labels);
        return;
    }
    text += in.name;
    if (!one.labels.empty()) text += '{' + one.labels + '}';
    text += ' ';
    if (in.kind == Kind::gauge) {
        append_number(text, one.read());
    } else {
        text += std::to_string(one.counter.value());
    }
    text += '\n';
}

std::string Counters::prometheus_text() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const Family& in : families_) {
        text += "# HELP " + in.name + ' ' + in.help + '\n';
        text += "# TYPE " + in.name + ' ' + std::string(type_of(in.kind)) + '\n';
        for (const Series& one : in.series) append(text, in, one);
    }
    return text;
}

}  // namespace playhead::base
