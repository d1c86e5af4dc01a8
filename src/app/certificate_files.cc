// SPDX-License-Identifier: Apache-2.0
#include "app/certificate_files.h"

#include <utility>

#include "base/log.h"

namespace playhead::app {
namespace {

base::Result<std::string> read_file(base::Disk& disk, const std::string& path) {
    const auto file = disk.open(path, base::Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    if (*size > CertificateFiles::most_bytes) {
        return base::fail(base::ErrorCode::invalid,
                          path + " has " + std::to_string(*size) + " bytes; a certificate or key " +
                              "has at most " + std::to_string(CertificateFiles::most_bytes));
    }
    std::string text(*size, '\0');
    const auto read = (*file)->read(0, text);
    if (!read) return std::unexpected(read.error());
    text.resize(*read);
    return text;
}

}  // namespace

CertificateFiles::CertificateFiles(base::Disk& disk, std::string certificate, std::string key)
    : disk_(disk), certificate_(std::move(certificate)), key_(std::move(key)) {
}

base::Result<CertificateFiles::Texts> CertificateFiles::read() const {
    auto certificate = read_file(disk_, certificate_);
    if (!certificate) return std::unexpected(certificate.error());
    auto key = read_file(disk_, key_);
    if (!key) return std::unexpected(key.error());
    return Texts{*std::move(certificate), *std::move(key)};
}

base::Result<std::shared_ptr<const http::TlsContext>> CertificateFiles::make(const Texts& texts) {
    auto made = http::TlsContext::make(texts.certificate, texts.key);
    if (!made) {
        return base::fail(made.error().code, "tls.certificate \"" + certificate_ +
                                                 "\" and tls.key \"" + key_ +
                                                 "\" cannot be used: " + made.error().what);
    }
    ends_at_ = (*made)->ends_at();
    return made;
}

base::Result<std::shared_ptr<const http::TlsContext>> CertificateFiles::open() {
    auto texts = read();
    if (!texts) return std::unexpected(texts.error());
    auto made = make(*texts);
    seen_ = *std::move(texts);
    return made;
}

std::shared_ptr<const http::TlsContext> CertificateFiles::look_again() {
    auto texts = read();
    if (!texts) {
        complain(texts.error());
        return nullptr;
    }
    if (seen_ == *texts) return nullptr;
    auto made = make(*texts);
    seen_ = *std::move(texts);
    if (!made) {
        complain(made.error());
        return nullptr;
    }
    complaint_.clear();
    base::log(base::Level::info,
              "new connections get another certificate: " + (*made)->description());
    return *std::move(made);
}

void CertificateFiles::complain(const base::Error& error) {
    if (complaint_ == error.what) return;
    complaint_ = error.what;
    base::log(
        base::Level::error,
        "the certificate that is in force stays so, the files are not taken over: " + error.what);
}

}  // namespace playhead::app
