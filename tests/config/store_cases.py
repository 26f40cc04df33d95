"""What is right and what is wrong in store: more cases of schema_test.py, in the form of
schema_cases.py."""

VALUES = [
    ("gatepost", "store: { kind: {} }", ["memory"], ["redis", "Memory", "sqlite", "null"]),
    ("gatepost", "store: { deadline: {} }",
     ["50ms", "1ms", "5000ms", "5s", "1s", '"050ms"', "0001s"],
     ["0ms", "5001ms", "6s", "0s", "1m", "50", "5 s", "1.5s", "ms", "null", "1h", "10000000000ms"]),
    ("gatepost", "store: { when_down: {} }", ["local", "unknown"], ["refuse", "null"]),
    ("gatepost", "store: { kind: redis, url: {} }",
     ["redis://127.0.0.1", "redis://127.0.0.1:6379/0", "redis://a.example/", "redis://a.example:1/65535",
      '"redis://[::1]:6379/1"', '"redis://[127.0.0.1]"', '"redis://user:p%40ss@a.example"',
      '"redis://:secret@a.example:6379/2"', '"redis://u:p@q:r/s@a.example"', "unix:/run/redis.sock",
      "redis://例子.中国", "rediss://a.example", "rediss://a.example:1/2", "sentinel://a.example/m",
      '"sentinel://a.example,b.example:7000/my-master.1_/3"', '"sentinel://u:p@a.example,[::1]:1/m/"',
      "cluster://a.example", '"cluster://:p@127.0.0.1:1,127.0.0.1:2/"'],
     ["127.0.0.1:6379", "redis://", "redis://a.example:0", "redis://a.example:65536", "null", '""',
      "redis://a.example/65536", "redis://a.example/x", "rediss://a.example:x", "sentinel://a.example",
      "sentinel://a.example/", '"sentinel://a.example,/m"', "sentinel://a.example/m/x",
      "sentinel://a.example/名", "cluster://a.example/0", "'cluster://a.example,'",
      "'redis://a.example,b.example'",
      '"redis://user@a.example"', '"redis://user:@a.example"', '"redis://u:p%4@a.example"',
      '"redis://u:p%00@a.example"', '"redis://u:p%zz@a.example"', '"redis://[::1"', "unix:run/x",
      '"redis://::1"', "redis://a b.example", "http://a.example"]),
    ("gatepost", "store: { kind: redis, url: redis://a.example, local_share: {} }",
     ["1%", "50%", "100%", '"07%"'], ["0%", "101%", "50", "5 %", "1.5%", '"%"', "null"]),
    ("gatepost", "store: { kind: redis, url: redis://a.example, local_for: {} }",
     ["1s", "30m", "31d", "2000ms"], ["0s", "32d", "500ms", "30", "null"]),
    ("gatepost", "store: { kind: redis, url: rediss://a.example, tls: {} }",
     ["{ ca_file: ca.pem }", "", "{ cert_file: ca.pem, key_file: ca.pem }"],
     ["{ cert_file: ca.pem }", "{ key_file: ca.pem }", "{ ca: ca.pem }", "true", '{ ca_file: "" }']),
]

TEXTS = [
    ("gatepost", "store: { url: redis://a.example }", False),
    ("gatepost", "store: { kind: memory, password_file: redis.password }", False),
    ("gatepost", "store: { kind: redis, url: redis://a.example, password_file: redis.password }", True),
    ("gatepost", "store: { kind: redis, url: 'redis://:x@a.example', password_file: redis.password }",
     False),
    ("gatepost", "store: { kind: redis, url: redis://a.example, tls: { } }", False),
    ("gatepost", "store: { kind: redis, url: 'unix:/run/x', tls: { } }", False),
    ("gatepost", "store: { kind: memory, tls: { } }", False),
    ("gatepost", "store: { kind: redis, url: 'sentinel://:x@a.example/m', password_file: redis.password }",
     False),
]

ONLY_THE_READER = []
