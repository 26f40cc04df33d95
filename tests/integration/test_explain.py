"""What support staff are told: explain, account show, report."""

import re

from lab import MailCase

ALICE = "alice@example.test"
BOB = "bob@example.test"
RULES = {"message_rate": {"limit": "2 per 15m"}}
CHINESE = re.compile("[\u4e00-\u9fff]")


class Explain(MailCase):
    def refusal(self, **sections):
        """A daemon that has just refused a message of alice; it, the reference, the reply."""
        daemon = self.start(rules=RULES, **sections)
        self.send(ALICE, 2)
        with self.lab.client(ALICE, source="127.0.0.7") as client:
            reply = client.mail(ALICE)
            reference = self.refused(reply, "450 4.7.1 ")
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0,
                        "the case is on record")
        return daemon, reference, reply

    def test_reference_tells_rule_account_figures_origin_and_the_yaml_that_allows_it(self):
        daemon, reference, reply = self.refusal()
        text = daemon.tell("explain", reference)
        for part in (reference, "message_rate", ALICE, "127.0.0.7", "gatepost.yaml:",
                     "group_senders:", "message_rate:", "limit 2", str(reply)):
            self.assertIn(part, text)
        self.assertRegex(text, f'account: "?{ALICE}')
        self.assertNotIn("{", text, "a place holder was not filled")

    def test_reference_in_chinese(self):
        daemon, reference, _ = self.refusal()
        text = daemon.tell("explain", reference, "--lang", "zh")
        self.assertRegex(text, CHINESE)
        self.assertNotIn("{", text, "a place holder was not filled")
        self.assertIn("group_senders:", text)
        self.assertNotRegex(daemon.tell("explain", reference, "--lang", "en"), CHINESE)

    def test_pasted_bounce_leads_to_the_case(self):
        daemon, reference, reply = self.refusal()
        bounce = (f"<{BOB}>: host mx.example.test[127.0.0.1] said:\n    {reply}\n"
                  "    (in reply to MAIL FROM command)")
        self.assertIn(reference, daemon.tell("explain", "--bounce", bounce))
        foreign = daemon.run("explain", "--bounce", "550 5.1.1 User unknown")
        self.assertEqual(foreign.returncode, 2)
        self.assertIn("another program", foreign.stderr)

    def test_reference_as_json(self):
        daemon, reference, reply = self.refusal()
        case = daemon.json("explain", reference)
        self.assertEqual(case["reference"], reference)
        self.assertEqual(case["login"], ALICE)
        self.assertEqual(case["client"], "127.0.0.7")
        self.assertEqual(case["reply"], str(reply))
        self.assertEqual(case["decisive"]["rule"], "message_rate")
        self.assertEqual((case["decisive"]["used"], case["decisive"]["limit"]), (2, "2 per 15m"))
        self.assertIn("group_senders", case["exception"])

    def test_reference_is_read_as_people_type_it(self):
        daemon, reference, _ = self.refusal()
        for typed in (reference.lower(), reference.replace("-", ""), f"[ref {reference}]"):
            self.assertIn(reference, daemon.tell("explain", typed))

    def test_unknown_reference_and_no_reference_are_said_clearly(self):
        daemon = self.start()
        for typed in ("0000-0000", "what is this"):
            done = daemon.run("explain", typed)
            self.assertNotEqual(done.returncode, 0)
            self.assertTrue(done.stderr.strip(), typed)

    def test_yaml_that_explain_offers_allows_the_message(self):
        daemon, reference, _ = self.refusal()
        daemon.write_whitelist(daemon.json("explain", reference)["exception"])
        with self.lab.client(ALICE) as client:
            self.eventually(lambda: client.mail(ALICE).ok, "the pasted exception lets it through")

    def test_refused_recipient_is_on_record_under_its_reference(self):
        daemon = self.start(whitelist="frozen:\n  - account: carol@example.test\n    reason: left\n")
        with self.lab.client(ALICE) as client:
            client.mail(ALICE)
            reference = self.refused(client.rcpt("carol@example.test"), "550 5.2.1 ")
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
        self.assertRegex(daemon.tell("explain", reference), r"whitelist\.yaml:2\b")


class AccountShow(MailCase):
    def test_who_never_sent(self):
        daemon = self.start()
        account = daemon.json("account", "show", ALICE)
        self.assertEqual(daemon.used(ALICE), (0, 0))
        self.assertFalse(account["known"])
        self.assertTrue(account["passes"])
        limits = {limit["rule"]: limit["limit"] for limit in account["limits"]}
        self.assertEqual(limits, {"message_rate": "50 per 15m", "recipients_per_message": "100",
                                  "recipients_per_day": "300", "message_size": "unlimited"})

    def test_unknown_user_of_another_domain(self):
        daemon = self.start()
        account = daemon.json("account", "show", "nobody@elsewhere.test")
        self.assertFalse(account["known"])
        self.assertFalse(account["ours"])
        self.assertIn("elsewhere.test", daemon.tell("account", "show", "nobody@elsewhere.test"))

    def test_no_login_at_all(self):
        daemon = self.start()
        done = daemon.run("account", "show", "")
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr.strip())

    def test_over_the_limit(self):
        daemon = self.start(rules=RULES)
        self.send(ALICE, 2)
        with self.lab.client(ALICE) as client:
            reference = self.refused(client.mail(ALICE), "450 4.7.1 ")

        def on_record() -> bool:
            return bool(daemon.json("account", "show", ALICE)["cases"])
        self.eventually(on_record, "the refusal is on record")
        account = daemon.json("account", "show", ALICE)
        rate = account["limits"][0]
        self.assertEqual((rate["used"], rate["left"], rate["limit"]), (2, 0, "2 per 15m"))
        self.assertTrue(rate["resets_at"])
        self.assertEqual(rate["origin"]["kind"], "site")
        self.assertRegex(rate["origin"]["place"], r"gatepost\.yaml:\d+")
        self.assertFalse(account["passes"])
        self.assertEqual(account["cases"][0]["reference"], reference)
        self.assertIn(reference, daemon.tell("account", "show", ALICE))

    def test_with_redis_away(self):
        redis = self.lab.redis()
        for when_down in ("local", "unknown"):
            with self.subTest(when_down):
                daemon = self.start(store={"kind": "redis", "url": redis.url,
                                           "when_down": when_down})
                self.send(ALICE, 1)
                redis.kill()
                account = daemon.json("account", "show", ALICE)
                source = {"local": "local", "unknown": "unavailable"}[when_down]
                self.assertEqual(account["counters"]["source"], source)
                self.assertTrue(daemon.tell("account", "show", ALICE))
                redis.start()
                daemon.kill()


class Simulate(MailCase):
    def test_it_tells_what_would_become_of_a_message_and_charges_nothing(self):
        daemon = self.start(rules=RULES)
        words = ("simulate", "--login", ALICE, "--from", ALICE, "--rcpt", BOB)
        self.send(ALICE, 1)
        self.assertEqual(daemon.run(*words).returncode, 0, daemon.run(*words))
        self.costs(daemon, ALICE, 1, 1)
        self.send(ALICE, 1)
        done = daemon.run(*words)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("message_rate", done.stdout)
        self.assertIn("450 4.7.1", done.stdout)
        self.costs(daemon, ALICE, 2, 2)
