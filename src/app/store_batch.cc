// SPDX-License-Identifier: Apache-2.0
#include "app/store_batch.h"

namespace playhead::app {

base::Result<void> put_erasure(store::Writer& into, const StoreBatch& batch) {
    const store::Erasure& erasure = *batch.erasure;
    if (!erasure.finished_at) return into.erase(erasure, batch.marks, batch.offset);
    return into.finish_erasure(erasure.id, *erasure.finished_at, batch.offset);
}

}  // namespace playhead::app
