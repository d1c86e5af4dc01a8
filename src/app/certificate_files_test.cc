// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_files.h"

#include <string>

#include <gtest/gtest.h>

#include "base/memory_disk.h"

namespace playhead::app {
namespace {

class CertificateFilesTest : public testing::Test {
  protected:
    void put(const std::string& path, const std::string& text) {
        auto file = disk_.open(path, base::Disk::Open::create);
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->resize(0));
        ASSERT_TRUE((*file)->write(0, text));
    }

    std::string refusal() {
        const auto made = files_.open();
        EXPECT_FALSE(made);
        return made ? "" : made.error().what;
    }

    base::MemoryDisk disk_;
    CertificateFiles files_{disk_, "/c.pem", "/k.pem"};
};

TEST_F(CertificateFilesTest, a_file_that_is_missing_is_named) {
    EXPECT_NE(refusal().find("/c.pem"), std::string::npos);
    put("/c.pem", "");
    EXPECT_NE(refusal().find("/k.pem"), std::string::npos);
}

TEST_F(CertificateFilesTest, what_is_no_certificate_is_refused_with_both_names) {
    put("/c.pem", "no PEM");
    put("/k.pem", "neither");
    const std::string what = refusal();
    EXPECT_NE(what.find("tls.certificate \"/c.pem\" and tls.key \"/k.pem\""), std::string::npos);
    EXPECT_NE(what.find("the certificate is not one in PEM"), std::string::npos);
}

TEST_F(CertificateFilesTest, a_file_has_a_largest_size) {
    put("/k.pem", "");
    const auto size = static_cast<size_t>(CertificateFiles::most_bytes);
    for (const size_t allowed : {size - 1, size}) {
        put("/c.pem", std::string(allowed, 'x'));
        EXPECT_NE(refusal().find("not one in PEM"), std::string::npos);
    }
    put("/c.pem", std::string(size + 1, 'x'));
    EXPECT_NE(refusal().find("/c.pem has 1048577 bytes"), std::string::npos);
}

TEST_F(CertificateFilesTest, what_cannot_be_used_or_did_not_change_is_not_taken_over) {
    put("/c.pem", "no PEM");
    put("/k.pem", "neither");
    refusal();
    EXPECT_EQ(files_.look_again(), nullptr);
    put("/c.pem", "something else");
    EXPECT_EQ(files_.look_again(), nullptr);
    EXPECT_EQ(files_.ends_at(), 0);
}

}  // namespace
}  // namespace playhead::app
