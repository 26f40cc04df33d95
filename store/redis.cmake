# Sets GATEPOST_REDIS_SOURCES: the Redis adapters, with the Lua scripts made part of the program.
foreach(script prelude look settle tally freeze life lock_prelude lock_replace lock_put lock_lift lock_changes)
  string(TOUPPER ${script} upper)
  file(READ ${CMAKE_CURRENT_SOURCE_DIR}/lua/${script}.lua GATEPOST_LUA_${upper})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/lua/${script}.lua)
endforeach()
string(SHA1 GATEPOST_SHA_LOOK "${GATEPOST_LUA_PRELUDE}${GATEPOST_LUA_LOOK}")
string(SHA1 GATEPOST_SHA_SETTLE "${GATEPOST_LUA_PRELUDE}${GATEPOST_LUA_SETTLE}")
string(SHA1 GATEPOST_SHA_TALLY "${GATEPOST_LUA_TALLY}")
string(SHA1 GATEPOST_SHA_FREEZE "${GATEPOST_LUA_FREEZE}")
string(SHA1 GATEPOST_SHA_LIFE "${GATEPOST_LUA_LIFE}")
string(SHA1 GATEPOST_SHA_LOCK_REPLACE "${GATEPOST_LUA_LOCK_REPLACE}")
foreach(script PUT LIFT CHANGES)
  string(SHA1 GATEPOST_SHA_LOCK_${script} "${GATEPOST_LUA_LOCK_PRELUDE}${GATEPOST_LUA_LOCK_${script}}")
endforeach()
configure_file(redis_scripts.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/redis_scripts.cpp @ONLY)

set(GATEPOST_REDIS_SOURCES
  ${CMAKE_CURRENT_BINARY_DIR}/redis_scripts.cpp
  fallback_figures.cpp
  fallback_ledger.cpp
  fallback_local.cpp
  fallback_lock_book.cpp
  fallback_waiting.cpp
  cluster_slots.cpp
  redis.cpp
  redis_cluster.cpp
  redis_case_book.cpp
  redis_connection.cpp
  redis_greeting.cpp
  redis_keys.cpp
  redis_ledger.cpp
  redis_lock_book.cpp
  redis_lock_records.cpp
  redis_freeze_book.cpp
  redis_protocol.cpp
  redis_sentinels.cpp
  redis_socket.cpp
  redis_stores.cpp
  redis_tls.cpp
  stores.cpp
  timed_ledger.cpp
  waiting_lock_changes.cpp)

# gcc's thread sanitizer knows no fences; Asio's queues are under mutexes besides.
if(GATEPOST_SANITIZE MATCHES thread)
  set_source_files_properties(redis_socket.cpp redis_tls.cpp PROPERTIES
    COMPILE_DEFINITIONS BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
