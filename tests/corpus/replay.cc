// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

// Runs a fuzz target over the files of the folders given as arguments, so that every build, also
// one without libFuzzer, repeats what was found. A folder that is missing or empty is a failure.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::vector<std::filesystem::path> files_of(const char* folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error)) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

bool replay(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return false;
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // A block of exactly this size, so that the address sanitizer sees a byte read too far.
    const std::vector<uint8_t> input(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: %s FOLDER...\n", arguments[0]);
        return 2;
    }
    size_t replayed = 0;
    for (int i = 1; i < count; ++i) {
        const std::vector<std::filesystem::path> files = files_of(arguments[i]);
        if (files.empty()) {
            std::fprintf(stderr, "%s: no files to replay\n", arguments[i]);
            return 1;
        }
        for (const std::filesystem::path& path : files) {
            std::fprintf(stderr, "%s\n", path.c_str());
            if (!replay(path)) {
                std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
                return 1;
            }
            ++replayed;
        }
    }
    std::printf("%zu files replayed\n", replayed);
    return 0;
}
