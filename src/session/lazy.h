// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace playhead::session {

// A T that takes no memory until it is first changed: most sessions have no ads and no errors.
// Copies are deep.
template <typename T>
class Lazy {
  public:
    Lazy() = default;

    Lazy(const Lazy& other) : made_(other.made_ ? std::make_unique<T>(*other.made_) : nullptr) {}

    Lazy(Lazy&&) noexcept = default;

    Lazy& operator=(const Lazy& other) {
        if (this != &other) made_ = other.made_ ? std::make_unique<T>(*other.made_) : nullptr;
        return *this;
    }

    Lazy& operator=(Lazy&&) noexcept = default;
    ~Lazy() = default;

    const T& operator*() const {
        static const T untouched{};
        return made_ ? *made_ : untouched;
    }

    const T* operator->() const { return &**this; }

    T& change() {
        if (!made_) made_ = std::make_unique<T>();
        return *made_;
    }

    bool made() const { return made_ != nullptr; }

  private:
    std::unique_ptr<T> made_;
};

}  // namespace playhead::session
