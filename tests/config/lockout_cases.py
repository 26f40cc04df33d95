"""What is right and what is wrong in rules.login_lockout, logins and offices: more cases of
schema_test.py, in the form of schema_cases.py."""

from schema_cases import NETWORKS, SOCKETS, TCP, rule

SPANS = (["30m", "1s", "7d", "604800s", "10080m", "168h", "2000ms", '"007m"', "604800000ms"],
         ["0s", "999ms", "1500ms", "8d", "604801s", "10081m", "169h", "30", "30 m", "-1m", "1w", "null", '""',
          "[30m]", "1.5h", "unlimited"])
LONG_SPANS = (["7d", "31d", "744h", "1s", "2678400s", "44640m", "5000ms"],
              ["32d", "745h", "2678401s", "0d", "7", "null", "1500ms", '""'])
TARPITS = (["0", '"0"', "0s", "9s", "5s", "9000ms", "0m", '"009s"', "0ms"],
           ["10s", "1m", "9500ms", "9001ms", "5", "-1s", "null", "true", '""', "10000ms"])
MANY = (["0", "2", "10", "1000", '"12"'], ["1", "1001", "-1", '"1"', "2.5", "none", "null", "[5]", '""'])
FAILURES = (["1", "10", "999", "1000", '"10"', '"0010"'],
            ["0", "1001", "-1", "10 per 30m", "unlimited", "null", "1.5", '""', "[5]"])

VALUES = [
    ("gatepost", "rules: { login_lockout: { failures: {} } }", *FAILURES),
    ("gatepost", "rules: { login_lockout: { within: {} } }", *SPANS),
    ("gatepost", "rules: { login_lockout: { lock: {} } }", *SPANS),
    ("gatepost", "rules: { login_lockout: { ipv4_prefix: {} } }", ["16", "24", "32", '"30"'],
     ["15", "33", "/24", "null", '"15"', "0"]),
    ("gatepost", "rules: { login_lockout: { ipv6_prefix: {} } }", ["32", "64", "99", "128", '"119"'],
     ["31", "129", "/64", "null", '"130"']),
    ("gatepost", "rules: { login_lockout: { count: {} } }", ["failures", "distinct_passwords"],
     ["passwords", "null", "[failures]"]),
    ("gatepost", "rules: { login_lockout: { prolong: {} } }", ["true", "false"], ["yes", "null"]),
    ("gatepost", "rules: { login_lockout: { growth: { factor: {} } } }", ["1", "2", "10", '"3"'],
     ["0", "11", "1.5", "null"]),
    ("gatepost", "rules: { login_lockout: { growth: { remembered: {} } } }", *LONG_SPANS),
    ("gatepost", "rules: { login_lockout: { lock: 1s, growth: { longest: {} } } }", *LONG_SPANS),
    ("gatepost", "rules: { login_lockout: { shared_address: { users: {} } } }", *MANY),
    ("gatepost", "rules: { login_lockout: { shared_address: { within: {} } } }", *SPANS),
    ("gatepost", "rules: { login_lockout: { failures: 1, shared_address: { failures: {} } } }",
     *FAILURES),
    ("gatepost", "rules: { login_lockout: { shared_address: { tarpit: {} } } }", *TARPITS),
    ("gatepost", "rules: { login_lockout: { attacked_account: { addresses: {} } } }", *MANY),
    ("gatepost", "rules: { login_lockout: { attacked_account: { tarpit: {} } } }", *TARPITS),
    ("gatepost", "rules: { login_lockout: { trusted: [{}] } }", *NETWORKS),
    ("gatepost", "rules: { login_lockout: { webmail: [{}] } }", *NETWORKS),
    ("gatepost", "rules: { login_lockout: { on_inbound: {} } }", ["continue", "defer"],
     ["refuse", "hold", "null"]),
    rule("login_lockout", "on_hit", []),
    ("gatepost", "logins: { auth_policy: { secret_file: auth-policy.secret, listen: {} } }",
     TCP[0], [*TCP[1], *SOCKETS[0], "systemd", '"http://127.0.0.1:8898/"']),
    ("gatepost", "logins: { auth_policy: { secret: {} } }", ["none", '"none"'],
     ["None", "hunter2", "null", "true", "[none]", '""']),
    ("gatepost", "logins: { auth_policy: { secret_file: {} } }", ["auth-policy.secret"],
     ['""', "null", "[x]"]),
    ("gatepost", "logins: { follow: [{}] }", ["/var/log/mail.log", "mail.log"],
     ['""', "null", "[x]"]),
    ("whitelist", "offices: [{ clients: [{}], login_failures: 50, reason: r }]", *NETWORKS),
    ("whitelist", "offices: [{ clients: [10.0.0.1], login_failures: {}, reason: r }]",
     ["2", "100", "1000", '"50"'], ["1", "0", "1001", "-5", "unlimited", "null", '"1"', "1.5"]),
]

TEXTS = [
    ("gatepost", "logins: {}", True),
    ("gatepost", "logins:", True),
    ("gatepost", "logins: []", False),
    ("gatepost", "logins: { bare: none }", False),
    ("gatepost", "logins: { follow: }", False),
    ("gatepost", "logins: { follow: [] }", True),
    ("gatepost", "logins: { follow: /var/log/mail.log }", False),
    ("gatepost", "logins: { follow: [/var/log/mail.log, /var/log/mail.log] }", False),
    ("gatepost", "logins: { auth_policy: }", False),
    ("gatepost", "logins: { auth_policy: {} }", False),
    ("gatepost", "logins: { auth_policy: { listen: inet:8898@127.0.0.1 } }", False),
    ("gatepost", "logins: { auth_policy: { secret: none, secret_file: auth-policy.secret } }", False),
    ("gatepost", "rules: { login_lockout: { mode: observe } }", True),
    ("gatepost", "rules: { login_lockout: }", True),
    ("gatepost", "rules: { login_lockout: { growth: , shared_address: , attacked_account: } }", True),
    ("gatepost", "rules: { login_lockout: { growth: 2 } }", False),
    ("gatepost", "rules: { login_lockout: { trusted: } }", False),
    ("gatepost", "rules: { login_lockout: { trusted: 10.0.0.1 } }", False),
    ("gatepost", "rules: { login_lockout: { webmail: [10.0.0.1, 10.0.0.1] } }", False),
    ("gatepost", "rules: { login_lockout: { limit: 10 per 30m } }", False),
    ("whitelist", "offices: []", True),
    ("whitelist", "offices: [{ clients: [10.0.0.1], reason: r }]", False),
    ("whitelist", "offices: [{ login_failures: 50, reason: r }]", False),
    ("whitelist", "offices: [{ clients: [10.0.0.1], login_failures: 50 }]", False),
    ("whitelist", "offices: [{ clients: [], login_failures: 50, reason: r }]", False),
]

# Wrong in a way that no look at one value shows.
ONLY_THE_READER = [
    ("gatepost", "rules: { login_lockout: { lock: 2h, growth: { factor: 2, longest: 1h } } }"),
    ("gatepost", "rules: { login_lockout: { shared_address: { failures: 5 } } }"),
    ("gatepost", "rules: { login_lockout: { trusted: [10.0.0.1, 10.0.0.1/32] } }"),
    ("gatepost", "logins: { auth_policy: { listen: inet:8899@127.0.0.1, secret: none } }"),
    ("gatepost", "logins: { auth_policy: { listen: inet:8898@0.0.0.0, secret: none } }"),
    ("gatepost", "logins: { auth_policy: { secret_file: missing } }"),
    ("gatepost", "logins: { follow: [a.log, ./a.log] }"),
    ("gatepost", 'logins: { follow: ["a\\nb"] }'),
    ("gatepost", 'logins: { auth_policy: { secret_file: "a\\nb" } }'),
    ("whitelist", "offices: [{ clients: [10.0.0.1], login_failures: 50, reason: r }, "
     "{ clients: [10.0.0.1], login_failures: 60, reason: r }]"),
]
