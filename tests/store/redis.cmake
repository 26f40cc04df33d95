# The tests against a real redis-server, which each program starts for itself.
gatepost_test(store_fallback_test
  LIBRARIES gatepost_store
  SOURCES fallback_parts_test.cpp fallback_test.cpp)
gatepost_test(store_redis_test
  LIBRARIES gatepost_store
  SOURCES redis_books_test.cpp redis_ledger_test.cpp redis_server.cpp)
gatepost_test(store_redis_connection_test
  LIBRARIES gatepost_store
  SOURCES redis_connection_test.cpp redis_outage_test.cpp redis_server.cpp)
gatepost_test(store_redis_lock_test
  LIBRARIES gatepost_store
  SOURCES redis_lock_book_test.cpp redis_lock_contract_test.cpp redis_lock_outage_test.cpp
    redis_server.cpp)
gatepost_test(store_timed_test
  LIBRARIES gatepost_store
  SOURCES timed_ledger_test.cpp)

gatepost_test(store_redis_topology_test
  LIBRARIES gatepost_store
  SOURCES redis_topology_test.cpp)
gatepost_test(store_redis_tls_test
  LIBRARIES gatepost_store
  SOURCES redis_server.cpp redis_tls_test.cpp tls_files.cpp)
target_link_libraries(store_redis_tls_test PRIVATE Boost::headers OpenSSL::SSL)

# Not a test: prints what the store costs (docs/performance.md).
add_executable(gatepost_redis_bench redis_bench.cpp redis_server.cpp)
target_link_libraries(gatepost_redis_bench PRIVATE gatepost_store)
