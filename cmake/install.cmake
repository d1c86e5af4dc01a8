# SPDX-License-Identifier: Apache-2.0
# What script/package puts into a package: `cmake --install build/release --component playhead`.
# DuckDB lies beside the program, in a folder of its own, and is found from where the program is.
set_target_properties(playhead PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/playhead")
install(TARGETS playhead RUNTIME DESTINATION bin COMPONENT playhead)
install(FILES "${DUCKDB_ROOT}/lib/libduckdb.so" DESTINATION lib/playhead COMPONENT playhead)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/packaging/systemd/" DESTINATION lib/systemd/system
    COMPONENT playhead FILES_MATCHING PATTERN "*.service" PATTERN "*.socket")
install(FILES "${PROJECT_SOURCE_DIR}/packaging/alerts.yaml"
    "${PROJECT_SOURCE_DIR}/packaging/grafana.json" DESTINATION share/playhead COMPONENT playhead)
