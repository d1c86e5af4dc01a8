// SPDX-License-Identifier: Apache-2.0
#include "store/report_metric.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "store/report_dimension.h"

namespace playhead::store {
namespace {

TEST(ReportTables, are_what_the_page_for_analysts_shows) {
    std::ifstream file("docs/reports.md");
    std::stringstream text;
    text << file.rdbuf();
    std::ofstream(testing::TempDir() + "report_tables.md") << sum_metrics_as_markdown() << "\n"
                                                           << ratio_metrics_as_markdown() << "\n"
                                                           << report_dimensions_as_markdown();
    for (const std::string& table : {sum_metrics_as_markdown(), ratio_metrics_as_markdown(),
                                     report_dimensions_as_markdown()}) {
        EXPECT_NE(text.str().find("\n\n" + table), std::string::npos)
            << "docs/reports.md must have the tables of " << testing::TempDir()
            << "report_tables.md";
    }
}

TEST(ReportTables, give_each_metric_one_name) {
    std::set<std::string_view> names;
    for (const SumMetric& metric : sum_metrics()) EXPECT_TRUE(names.insert(metric.name).second);
    for (const RatioMetric& metric : ratio_metrics()) EXPECT_TRUE(names.insert(metric.name).second);
    for (const std::string_view name : names) {
        EXPECT_NE(sum_metric_named(name) == nullptr, ratio_metric_named(name) == nullptr) << name;
    }
    EXPECT_EQ(sum_metric_named("nonsense"), nullptr);
    EXPECT_EQ(ratio_metric_named("nonsense"), nullptr);
}

TEST(ReportTables, give_each_dimension_one_name) {
    std::set<std::string_view> names;
    for (const ReportDimension& dimension : report_dimensions()) {
        EXPECT_TRUE(names.insert(dimension.name).second) << dimension.name;
        EXPECT_EQ(report_dimension_named(dimension.name), &dimension);
        EXPECT_FALSE(dimension.name.starts_with(custom_prefix)) << dimension.name;
    }
    EXPECT_EQ(report_dimension_named("nonsense"), nullptr);
}

}  // namespace
}  // namespace playhead::store
