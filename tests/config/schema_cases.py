"""What is right and what is wrong in gatepost.yaml and whitelist.yaml: the cases of schema_test.py.

Texts of gatepost.yaml that do not begin with `site:` get one in front of them."""

FULL = {"gatepost": """\
site:
  mode: observe
  domains: [example.com, 例子.中国, example.org]
  logins: { bare: first_domain, realms: [mx.example.com], map: login.map }
  time_zone: Asia/Shanghai
  help_url: "https://mail.example.com/why/{ref}?lang=zh"
whitelist: whitelist.yaml
listen: systemd
admin: unix:/run/gatepost/admin.sock
support: unix:/run/gatepost/support.sock
metrics: "inet6:9899@[::1]"
state_dir: /var/lib/gatepost
log:
  format: json
  debug: true
store:
  kind: redis
  url: sentinel://a.example,b.example:7000/counters/1
  password_file: redis.password
  tls: { ca_file: ca.pem, cert_file: ca.pem, key_file: ca.pem, server_name: redis.example }
  deadline: 100ms
  when_down: local
  local_share: 50%
  local_for: 30m
channels:
  submission: { daemon_names: [ORIGINATING, 10025] }
  server: { daemon_names: [SERVER] }
  relay: { clients: [127.0.0.1/32, "::1/128", 10.0.0.25] }
rules:
  frozen_accounts: { mode: enforce, on_hit: defer, on_unknown: continue }
  message_rate: { limit: 60 per 10m, on_hit: refuse, on_unknown: defer }
  recipients_per_message: { limit: 100, mode: observe, on_unknown: continue }
  recipients_per_day: { limit: unlimited, on_hit: continue, on_unknown: refuse }
  message_size: { limit: 20M }
  sender_is_login: { mode: observe, on_hit: hold }
  from_is_sender: { match: organization, allow_resent: true, on_hit: junk, on_unknown: defer }
  own_domains_from_outside: { on_hit: hold, on_unknown: junk }
  dmarc: { on_reject: junk, on_quarantine: hold, on_list_mail: suspicious, on_unknown: defer }
  ambiguous_from: { on_hit: refuse, on_unknown: continue }
  display_name: { on_hit: suspicious, on_foreign: continue, on_unknown: junk }
  server_channel: { mode: enforce, on_hit: defer }
  login_lockout:
    mode: observe
    failures: 8
    within: 20m
    lock: 45m
    ipv4_prefix: 28
    ipv6_prefix: 56
    count: distinct_passwords
    prolong: true
    growth: { factor: 2, longest: 2d, remembered: 14d }
    shared_address: { users: 8, within: 12h, failures: 30, tarpit: 7s }
    attacked_account: { addresses: 20, tarpit: 3s }
    trusted: [10.0.0.0/24, "2001:db8:1::/48"]
    webmail: [10.0.1.7]
    on_inbound: defer
logins:
  auth_policy: { listen: "inet6:8898@[::1]", secret_file: auth-policy.secret }
  follow: [/var/log/mail.log, mail.info]
dns:
  servers: [127.0.0.1, "192.0.2.1:5353", "::1", "[::1]:54", "[2001:db8::1]:53", "[2001:db8::2]"]
  timeout: 1500ms
authentication:
  authserv_id: MX.example.com
  received_spf: true
  budget: 4s
  trusted_results:
    - { authserv_id: filter.example.com, clients: [10.0.0.25, "2001:db8::/64"] }
    - { authserv_id: local_1 }
domains:
  partner.example.com: { message_rate: 100 per 15m }
  例子.测试: { message_size: 0 }
groups:
  市场部:
    members: ["*@news.example.com", editor@example.com, bare, 20231234]
    message_rate: 500 per 15m
    recipients_per_message: 0
    recipients_per_day: 20000
    message_size: 1048576
""", "whitelist": """\
group_senders:
  - account: hr@example.com
    message_rate: 200 per 15m
    recipients_per_message: 1000
    recipients_per_day: unlimited
    message_size: 50M
    reason: monthly letter to all staff, ticket 4711
    owner: it-mail
    expires: 2099-03-31
  - { account: 20231234, message_rate: 0, reason: 4711, expires: 2099-03-31 18:00 }
servers:
  - name: erp
    clients: [10.1.2.0/28, "2001:db8:1::/48"]
    senders: ["erp@example.com", "*@erp.example.com", "*@*.erp.example.com", "erp-*@example.com"]
    message_rate: 500 per 15m
    recipients_per_day: 20000
    reason: order confirmations
forwarders:
  - clients: [192.0.2.25, "2001:db8::25"]
    reason: alumni forwarding of the university
offices:
  - clients: [198.51.100.0/24]
    login_failures: 100
    reason: branch office behind one address
unauthenticated_domains:
  - domain: partner.example
    clients: [203.0.113.0/28, "2001:db8:2::/48"]
    reason: SPF record without their new gateway
trusted_sealers:
  - { sealer: alumni.example, reason: forwards the mail of our alumni }
mailing_lists:
  - { list: dev.lists.example, domain: lists.example, proof: dkim, reason: the project }
  - { list: staff.example.org, clients: [192.0.2.80], reason: staff of the university }
aliases:
  - login: alice
    addresses: [sales@example.com, "alice-*@example.com", '"a b"@example.com', 张三@例子.中国]
    reason: head of sales
send_on_behalf:
  - login: crm@example.com
    may_send_as: ["*@sales.example.com"]
    sender_field: require
    reason: CRM writes in the name of sales
  - server: erp
    may_send_as: [orders@example.com]
    sender_field: add
    reason: order confirmations
  - envelope: bounces.crm.example
    clients: [198.51.100.0/28]
    may_send_as: [news@example.com]
    sender_field: any
    reason: newsletter sent by an agency
frozen:
  - account: leaver@example.com
    reason: left the company
    owner: hr
"""}

LIMIT_TEMPLATES = (
    ("gatepost", "domains: { a.example: { KEY: {} } }"),
    ("whitelist", "group_senders: [{ account: a, reason: r, KEY: {} }]"),
)

RATES = (["50 per 15m", "unlimited", "0", '"0"', "1 per 1m", "50 per 60s", "50 per 900s", "0 per 1d",
          "1000000000 per 31d", "5 per 744h", "5 per 44640m", "7 per 60000ms", '" 5  per  015m "',
          '"007 per 1h"', "50 per 01d"],
         ["50", '"50"', "1", "-1", "50/15m", "50 per", "50 per 15", "50 per 15 m", "50 per m", "per 15m",
          "50 per 90", "50 per 15min", "50 per 0m", "50 per 32d", "5 per 745h", "5 per 44641m",
          "5 per 59s", "5 per 65s", "5 per 999ms", "1000000001 per 1m", "-5 per 1m", "1.5 per 1m",
          "50  Per 15m", "unlimitd", "none", "50 per 1w", '""', "null", "[50 per 15m]", "true",
          "{ limit: 5 }", "50K per 1m", "5 per 1m per 1m"])
FIGURES = (["0", "1", "300", '"300"', "unlimited", "1000000000", '"0000000000000300"'],
           ["-1", "1000000001", '"1000000001"', "300 per 1d", "1.5", "5K", "Unlimited", "all", "null",
            "[5]", "true", '""', '" 5"'])
SIZES = (["0", "1048576", '"20"', "20M", "0M", "1024G", "1048576M", "1073741824K", "1099511627776",
          '"1099511627776"', "unlimited", '"0020M"'],
         ["-1", "20MB", "20 M", "20m", "M", "1025G", "1048577M", "1073741825K", "1099511627777",
          '"1099511627777"', "1T", "2.5M", "none", "null", "[20M]", "99999999999999999999G"])

DOMAINS = (["example.com", "EXAMPLE.com", "localhost", "example.com.", "a_b.example", "xn--fiqs8s",
            "例子.中国", "bücher.example", "a-b.c", '"%s.example"' % ("a" * 63)],
           ["alice@example.com", "-a.example", "a-.example", "a..example", ".example", '""', "null",
            '"a b.example"', '"*.example.com"', "example.com/x", "a!b", '"%s.example"' % ("a" * 64),
            '"%s"' % ".".join(["abcdefghi"] * 26), "[a.example]", "http://example.com", '"例 子.中国"'])

NETWORKS = (["127.0.0.1", "10.1.2.0/28", '"::1"', '"2001:db8::/32"', "192.0.2.255/32",
             '"::ffff:192.0.2.1"', '"64:ff9b::192.0.2.33/128"', '"2001:DB8::A"',
             '"1:2:3:4:5:6:7:8/128"', '"1:2:3:4:5:6:7::"', "10.0.0.0/8", '"2001::/16"'],
            ["0.0.0.0/0", '"::/0"', "128.0.0.0/1", '"2000::/3"', "10.1.2.0/33", "10.1.2", "10.1.2.0/", "10.1.2.0/x", "010.1.2.3", "256.1.1.1",
             "1.2.3.4.5", "example.com", '"2001:db8::/129"', '"1:2:3:4:5:6:7:8:9"', '"1::2::3"',
             '":::"', '"[::1]"', '""', "null", "10.1.2.3:25", '"10.1.2.3 "', "5", '"12345::"',
             '"1:2:3:4:5:6:7:8::"', "10.0.0.0-10.0.0.5"])

ACCOUNTS = (["alice@example.com", "alice", "20231234", '"20231234"', "Alice+tag@EXAMPLE.com",
             '"\\"a b\\"@example.com"', "张三", "张三@例子.中国", "o'neill@example.com", "a/b=c",
             "alice@example"],
            ['"*@example.com"', '"*"', "alice@", '"@example.com"', "alice@-x", "a@b@c.example",
             "a..b@example.com", ".a@example.com", "a b@example.com", '""', "null", "[alice]",
             '"a\\tb"', "alice@ex ample.com", '"%s@example.com"' % ("a" * 243)])

PATTERNS = (["user@example.com", '"*@example.com"', '"sales-*@example.com"', '"*@*.example.com"',
             '"a*b*@x.example"', "user@localhost", '"*@localhost"', '"\\"a b\\"@example.com"',
             "'\"a\\\"b\"@example.com'", "张三@例子.中国", '"*@*.例子.中国"', "alice+tag@example.com",
             '"bob@*.example.com"'],
            ["example.com", '"*"', '"*@*"', '"*@*.com"', '"*@*example.com"', '"*@*.*.example.com"',
             '"@example.com"', '"<a@example.com>"', "Alice <a@example.com>", "a b@example.com",
             '"a@"', "a..b@example.com", '"*.@example.com"', '"\\"a*\\"@example.com"', '""', "null",
             "5", '"*.example.com"', "a@b@c.example", '"user@exa mple.com"'])

ACTIONS = ["refuse", "defer", "hold", "junk", "suspicious", "continue"]
NO_ACTIONS = ["reject", "Refuse", "tag", "null", "[refuse]", "5", '""', "true"]


def some(key, template, cases):
    return [(name, text.replace("KEY", key), *cases) for name, text in template]


def rule(name, key, right):
    wrong = [action for action in ACTIONS if action not in right] + NO_ACTIONS
    return ("gatepost", f"rules: {{ {name}: {{ {key}: {{}} }} }}", right, wrong)


SOCKETS = (["unix:/run/x.sock", '"unix:/%s"' % ("a" * 106)],
           ["/run/x.sock", "unix:x.sock", "unix:/run/", "unix:/", '"unix:/%s"' % ("a" * 107),
            "null", "unix", '""', "[unix:/run/x.sock]"])
TCP = (["inet:9899@127.0.0.1", '"inet:1@[127.0.0.1]"', '"inet6:65535@[::1]"', '"inet6:25@::1"',
        "inet:09899@192.0.2.1"],
       ["inet:127.0.0.1:9899", "inet:9899", "inet:0@127.0.0.1", "inet:65536@127.0.0.1",
        "inet:9899@localhost", "inet:9899@::1", "inet6:9899@127.0.0.1", '"inet6:25@[::1"',
        '"inet6:25@::1]"', "127.0.0.1:9899", "9899", "inet:@127.0.0.1", "inet:98 99@127.0.0.1", "null",
        "inet:-1@127.0.0.1", "tcp:9899@127.0.0.1"])

VALUES = [
    ("gatepost", "site: { domains: [{}] }", *DOMAINS),
    ("gatepost", "site: { domains: [example.com], logins: { realms: [{}] } }",
     [v for v in DOMAINS[0] if v.lower() not in ("example.com", "example.com.")], DOMAINS[1]),
    ("gatepost", "domains: { {}: { message_size: 5 } }", DOMAINS[0],
     [v for v in DOMAINS[1] if v[0] not in "[n"]),
    ("gatepost", "site: { domains: [a.example], mode: {} }", ["observe", "enforce", '"observe"'],
     ["off", "Observe", "null", "true", "[observe]"]),
    ("gatepost", "site: { domains: [a.example], time_zone: {} }", ["UTC", "Asia/Shanghai"],
     ['""', "null", "[UTC]"]),
    ("gatepost", "site: { domains: [a.example], help_url: {} }",
     ["http://a.example", '"https://a.example/{ref}"', '"https://a/?r={ref}&x"', '"https://"',
      '"https://a/%s"' % ("x" * 190)],
     ["mail.example.com", "ftp://a", '"https://a/{ref}/{ref}"', '"https://a/{x}"', '"https://a b"',
      '"https://a/%s"' % ("x" * 191), "https://例子", "null", '""', '"https://a/}"']),
    ("gatepost", "site: { domains: [a.example], logins: { bare: {} } }", ["first_domain", "none"],
     ["None", "null", "a.example", "false"]),
    ("gatepost", "listen: {}", [*TCP[0], *SOCKETS[0], "systemd"],
     [*TCP[1], *SOCKETS[1], "Systemd"]),
    ("gatepost", "metrics: {}", TCP[0], [*TCP[1], "systemd", "unix:/run/x.sock", "off"]),
    ("gatepost", "admin: {}", SOCKETS[0], [*SOCKETS[1], "systemd", "inet:9899@127.0.0.1"]),
    ("gatepost", "support: {}", SOCKETS[0], [*SOCKETS[1], "systemd"]),
    ("gatepost", "state_dir: {}", ["/var/lib/x", "x"], ['""', "null", "[x]"]),
    ("gatepost", "whitelist: {}", ["whitelist.yaml", "./whitelist.yaml"], ['""', "null", "{}"]),
    ("gatepost", "log: { debug: {} }", ["true", "false", '"true"'], ["yes", "1", '"True"', "null", "on"]),
    ("gatepost", "log: { format: {} }", ["json", "key_value"], ["JSON", "text", "null"]),
    ("gatepost", "channels: { relay: { clients: [{}] } }", NETWORKS[0], NETWORKS[1]),
    ("gatepost", "channels: { server: { daemon_names: [{}] } }", ["SERVER", "10025", '"a:b"', "a/b"],
     ['"a b"', '""', "null", "名", "[a]"]),
    ("gatepost", "groups: { g: { message_size: 5, members: [{}] } }",
     [*ACCOUNTS[0], '"*@example.com"', '"*@例子.中国"'],
     [v for v in ACCOUNTS[1] if v != '"*@example.com"'] + ['"a*@example.com"', '"*@*.example.com"']),
    ("gatepost", "groups: { {}: { message_size: 5, members: [a] } }",
     ["g", "2024", '"a b"', '"%s"' % ("x" * 64)], ['""', '"a\\tb"', '"%s"' % ("x" * 65)]),
    *some("message_rate", LIMIT_TEMPLATES, RATES),
    ("gatepost", "rules: { message_rate: { limit: {} } }", *RATES),
    *some("recipients_per_message", LIMIT_TEMPLATES, FIGURES),
    ("gatepost", "rules: { recipients_per_message: { limit: {} } }", *FIGURES),
    *some("recipients_per_day", LIMIT_TEMPLATES, FIGURES),
    ("gatepost", "rules: { recipients_per_day: { limit: {} } }", *FIGURES),
    *some("message_size", LIMIT_TEMPLATES, SIZES),
    ("gatepost", "rules: { message_size: { limit: {} } }", *SIZES),
    rule("frozen_accounts", "on_hit", ["refuse", "defer", "continue"]),
    rule("message_rate", "on_unknown", ["refuse", "defer", "continue"]),
    rule("message_size", "on_unknown", ["continue"]),
    rule("from_is_sender", "on_hit", ACTIONS),
    rule("own_domains_from_outside", "on_hit", ACTIONS),
    rule("display_name", "on_foreign", ACTIONS),
    rule("sender_is_login", "on_unknown", []),
    ("gatepost", "rules: { from_is_sender: { match: {} } }", ["address", "domain", "organization"],
     ["none", "null", "[domain]"]),
    ("gatepost", "rules: { from_is_sender: { allow_resent: {} } }", ["true", "false"], ["yes", "null"]),
    ("gatepost", "rules: { display_name: { mode: {} } }", ["observe", "enforce"], ["off", "null"]),
    ("whitelist", "frozen: [{ account: {}, reason: r }]", *ACCOUNTS),
    ("whitelist", "frozen: [{ account: a, reason: {} }]", ["why", "4711", "1.5", "true", "离职"],
     ['""', '"  "', "null", "[a]"]),
    ("whitelist", "frozen: [{ account: a, reason: r, owner: {} }]", ["hr", "5"], ['""', "null", "{}"]),
    ("whitelist", "frozen: [{ account: a, reason: r, expires: {} }]",
     ["2099-03-31", "2099-03-31 18:00", "2099-03-31T18:00:59", "1970-01-01", '"2096-02-29"',
      "2099-12-31 23:59:59"],
     ["2099-3-31", "31.03.2099", "2099-13-01", "2099-00-10", "2099-01-00", "2099-01-32", "2099-04-31",
      "2099-02-30", "1969-12-31", "2099-03-31 24:00", "2099-03-31 18:60", "2099-03-31 18",
      "2099-03-31Z", "never", "null", "2099", "99-01-01", "[2099-03-31]", "2099-03-31 18:00:60"]),
    ("whitelist", "servers: [{ name: {}, clients: [10.0.0.1], senders: [a@b.example], reason: r }]",
     ["erp", "12", "ERP-1_a.b", "1.5", "x" * 64], ["a b", '""', "null", "x" * 65, "a/b", "[a]", "名"]),
    ("whitelist", "servers: [{ name: a, clients: [{}], senders: [a@b.example], reason: r }]",
     NETWORKS[0], [*NETWORKS[1], "0.0.0.0/00"]),
    ("whitelist", "forwarders: [{ clients: [{}], reason: r }]", NETWORKS[0], NETWORKS[1]),
    ("whitelist", "aliases: [{ login: a, addresses: [{}], reason: r }]", *PATTERNS),
    ("whitelist", "aliases: [{ login: {}, addresses: [a@b.example], reason: r }]", *ACCOUNTS),
    ("whitelist", "send_on_behalf: [{ login: a, may_send_as: [a@b.example], reason: r, "
     "sender_field: {} }]", ["any", "require", "add"], ["none", "null", "true"]),
    ("whitelist", "send_on_behalf: [{ envelope: {}, clients: [10.0.0.1], may_send_as: "
     "[a@b.example], reason: r }]", *DOMAINS),
    ("whitelist", "send_on_behalf: [{ envelope: a.example, clients: [10.0.0.1], reason: r, "
     "may_send_as: [a@b.example], sender_field: {} }]", ["any", "add"], ["require"]),
]

SERVER = "servers: [{ name: s, clients: [10.0.0.1], senders: [a@b.example], reason: r }]\n"

TEXTS = [
    ("gatepost", "site: { domains: [] }", False),
    ("gatepost", "site: { domains: example.com }", False),
    ("gatepost", "site: { mode: observe }", False),
    ("gatepost", "site:", False),
    ("gatepost", "site: example.com", False),
    ("gatepost", "site: { domains: [a.example, a.example] }", False),
    ("gatepost", "site: { domain: [a.example] }", False),
    ("gatepost", "site: { domains: [a.example], logins: { bare: none, realms: [b.example] } }", False),
    ("gatepost", "site: { domains: [a.example], logins: { bare: none, realms: [] } }", True),
    ("gatepost", "site: { domains: [a.example], logins: { realms: } }", False),
    ("gatepost", "site: { domains: [a.example], logins: }", True),
    ("gatepost", "sites: { domains: [a.example] }", False),
    ("gatepost", "log:\nstore:\nchannels:\nrules:\ndomains:\ngroups:", True),
    ("gatepost", "log: json", False),
    ("gatepost", "log: []", False),
    ("gatepost", "frozen: []", False),
    ("gatepost", "listen:", False),
    ("gatepost", "rules: { message_rate: 50 per 15m }", False),
    ("gatepost", "rules: { message_rate: }", True),
    ("gatepost", "rules: { message_rate: { limits: 5 } }", False),
    ("gatepost", "rules: { frozen_accounts: { limit: 5 } }", False),
    ("gatepost", "rules: { sender_is_login: { match: domain } }", False),
    ("gatepost", "rules: [message_rate]", False),
    ("gatepost", "channels: { submission: , server: , relay: }", True),
    ("gatepost", "channels: { relay: { clients: [] }, server: { daemon_names: [] } }", True),
    ("gatepost", "channels: { relay: { clients: 10.0.0.1 } }", False),
    ("gatepost", "channels: { relay: { clients: [10.0.0.1, 10.0.0.1] } }", False),
    ("gatepost", "channels: { submission: { daemon_names: [A, A] } }", False),
    ("gatepost", "channels: { inbound: {} }", False),
    ("gatepost", "domains: { a.example: }", False),
    ("gatepost", "domains: { a.example: {} }", False),
    ("gatepost", "domains: { a.example: { message_rate: 5 per 1m, limit: 5 } }", False),
    ("gatepost", "domains: [a.example]", False),
    ("gatepost", "groups: { g: { members: [a] } }", False),
    ("gatepost", "groups: { g: { message_size: 5 } }", False),
    ("gatepost", "groups: { g: { message_size: 5, members: [] } }", True),
    ("gatepost", "groups: { g: { message_size: 5, members: } }", False),
    ("gatepost", "groups: { g: { message_size: 5, members: [a@b.example, a@b.example] } }", False),
    ("whitelist", "", True),
    ("whitelist", "# nothing yet", True),
    ("whitelist", "group_senders:\nservers:\nforwarders:\naliases:\nsend_on_behalf:\nfrozen:", True),
    ("whitelist", "frozen: []", True),
    ("whitelist", "frozen: { account: a, reason: r }", False),
    ("whitelist", "frozen: [a]", False),
    ("whitelist", "frozen: [null]", False),
    ("whitelist", "[]", False),
    ("whitelist", "frozen: [{ account: a }]", False),
    ("whitelist", "frozen: [{ reason: r }]", False),
    ("whitelist", "frozen: [{ account: a, reason: r, message_rate: 0 }]", False),
    ("whitelist", "trusted_senders: []", False),
    ("whitelist", "site: {}", False),
    ("whitelist", "group_senders: [{ account: a, reason: r }]", False),
    ("whitelist", "group_senders: [{ message_rate: 0, reason: r }]", False),
    ("whitelist", "servers: [{ name: s, clients: [10.0.0.1], reason: r }]", False),
    ("whitelist", "servers: [{ name: s, senders: [a@b.example], reason: r }]", False),
    ("whitelist", "servers: [{ clients: [10.0.0.1], senders: [a@b.example], reason: r }]", False),
    ("whitelist", "servers: [{ name: s, clients: [], senders: [a@b.example], reason: r }]", False),
    ("whitelist", "servers: [{ name: s, clients: 10.0.0.1, senders: [a@b.example], reason: r }]",
     False),
    ("whitelist", "servers: [{ name: s, clients: [10.0.0.1], senders: [], reason: r }]", False),
    ("whitelist", SERVER, True),
    ("whitelist", "forwarders: [{ reason: r }]", False),
    ("whitelist", "forwarders: [{ clients: [10.0.0.1, 10.0.0.1], reason: r }]", True),
    ("whitelist", "forwarders: [{ clients: [10.0.0.1], senders: [a@b.example], reason: r }]", False),
    ("whitelist", "aliases: [{ login: a, reason: r }]", False),
    ("whitelist", "aliases: [{ addresses: [a@b.example], reason: r }]", False),
    ("whitelist", "aliases: [{ login: a, addresses: a@b.example, reason: r }]", False),
]

# Wrong in a way that no look at one value shows; the schema lets them pass.
ONLY_THE_READER = [
    ("gatepost", "site: { domains: [a.example, A.example] }"),
    ("gatepost", "site: { domains: [a.example], time_zone: Asia/Shangai }"),
    ("gatepost", "site: { domains: [a.example], logins: { realms: [a.example] } }"),
    ("gatepost", "admin: unix:/run/x.sock\nsupport: unix:/run/x.sock"),
    ("gatepost", "channels: { relay: { clients: [10.0.0.1/8] } }"),
    ("gatepost", "channels: { submission: { daemon_names: [A] }, server: { daemon_names: [A] } }"),
    ("gatepost", "rules: { message_rate: { limit: 50 per 400s } }"),
    ("gatepost", "log: { debug: True }"),
    ("gatepost", "log: { debug: true }\nlog: { debug: true }"),
    ("gatepost", "log: &a { debug: true }"),
    ("whitelist", "frozen: [{ account: a, reason: r, expires: 2099-02-29 }]"),
    ("whitelist", "frozen: [{ account: a, reason: r }, { account: a, reason: r }]"),
]
