// SPDX-License-Identifier: Apache-2.0
#include "ingest/decimal.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace playhead::ingest {
namespace {

constexpr int64_t most = std::numeric_limits<int64_t>::max();
constexpr int64_t least = std::numeric_limits<int64_t>::min();

TEST(Decimal, an_integer_is_one_whatever_its_spelling) {
    for (const char* token : {"3", "3.0", "3e0", "3E0", "30e-1", "0.3e1", "0.03e+2", "300.00e-2",
                              "3.000 , ", "3}", "0.0000003e7"}) {
        EXPECT_EQ(exact_integer(token), 3) << token;
    }
    for (const char* token :
         {"0", "-0", "0.0", "-0.000", "0e5", "0e-99999999999999999999", "0.0e1"}) {
        EXPECT_EQ(exact_integer(token), 0) << token;
    }
    EXPECT_EQ(exact_integer("-120"), -120);
    EXPECT_EQ(exact_integer("10.50e1"), 105);
    EXPECT_EQ(exact_integer("105.00"), 105);
}

TEST(Decimal, a_fraction_is_no_integer) {
    for (const char* token : {"3.5", "35e-1", "1e-1", "0.1", "1e-400", "1e-99999999999999999999",
                              "9223372036854775807.5", "-0.5"}) {
        EXPECT_EQ(exact_integer(token), std::nullopt) << token;
    }
}

TEST(Decimal, the_range_is_exactly_64_bits) {
    EXPECT_EQ(exact_integer("9223372036854775806"), most - 1);
    EXPECT_EQ(exact_integer("9223372036854775807"), most);
    EXPECT_EQ(exact_integer("9223372036854775808"), std::nullopt);
    EXPECT_EQ(exact_integer("-9223372036854775808"), least);
    EXPECT_EQ(exact_integer("-9223372036854775809"), std::nullopt);
    EXPECT_EQ(exact_integer("9223372036854775807.0"), most);
    EXPECT_EQ(exact_integer("9.223372036854775807e18"), most);
    EXPECT_EQ(exact_integer("9.223372036854775808e18"), std::nullopt);
    EXPECT_EQ(exact_integer("1e18"), 1'000'000'000'000'000'000);
    EXPECT_EQ(exact_integer("1e19"), std::nullopt);
    EXPECT_EQ(exact_integer("9999999999999999999"), std::nullopt);
    EXPECT_EQ(exact_integer("18446744073709551617"), std::nullopt);
    EXPECT_EQ(exact_integer("1e99999999999999999999"), std::nullopt);
    EXPECT_EQ(exact_integer("1" + std::string(400, '0')), std::nullopt);
    EXPECT_EQ(exact_integer("1" + std::string(400, '0') + "e-400"), 1);
}

TEST(Decimal, truncation_goes_towards_zero) {
    EXPECT_EQ(truncated_integer("3.9"), 3);
    EXPECT_EQ(truncated_integer("-3.9"), -3);
    EXPECT_EQ(truncated_integer("29.97"), 29);
    EXPECT_EQ(truncated_integer("2997e-2"), 29);
    EXPECT_EQ(truncated_integer("0.99"), 0);
    EXPECT_EQ(truncated_integer("-1e-30"), 0);
    EXPECT_EQ(truncated_integer("9223372036854775807.9"), most);
    EXPECT_EQ(truncated_integer("9223372036854775808.1"), std::nullopt);
}

TEST(Decimal, a_double_is_the_nearest_however_many_digits_there_are) {
    EXPECT_EQ(nearest_double("0.99999999999999999999"), 1.0);
    EXPECT_EQ(nearest_double("0.01234567890123456789012345"), 0.012345678901234568);
    EXPECT_EQ(nearest_double("-12345678901234567890123.5"), -12345678901234567000000.0);
    EXPECT_EQ(nearest_double("1" + std::string(400, '0') + "e-400"), 1.0);
    EXPECT_EQ(nearest_double("1.5e+00000000000000000000001 \r\n"), 15.0);
    EXPECT_EQ(nearest_double("1.7976931348623157e308"), std::numeric_limits<double>::max());
    EXPECT_EQ(nearest_double("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
}

TEST(Decimal, a_double_too_large_is_none_and_one_too_small_is_zero) {
    for (const char* token : {"1e309", "-1e309", "1e99999999999999999999", "0.1e400"}) {
        EXPECT_EQ(nearest_double(token), std::nullopt) << token;
    }
    for (const char* token : {"0e99999999999999999999", "0e-99999999999999999999",
                              "1e-99999999999999999999", "-1e-400", "0.0e400", "10e-400"}) {
        EXPECT_EQ(nearest_double(token), 0.0) << token;
    }
}

TEST(Decimal, a_double_is_spelled_by_the_grammar_of_json) {
    for (const char* token :
         {"",    "-",     "+1",  "01", "-01", "00",  ".5",  "1.",   "1.e1", "1e",
          "1e+", "1e1.5", "1 2", "1x", "--1", "inf", "nan", "0x10", "1,",   " 1"}) {
        EXPECT_EQ(nearest_double(token), std::nullopt) << token;
    }
    for (const char* token : {"0", "-0", "10", "0.10", "1e1", "1E+1", "1e-01", "0e0"}) {
        EXPECT_TRUE(nearest_double(token)) << token;
    }
}

}  // namespace
}  // namespace playhead::ingest
