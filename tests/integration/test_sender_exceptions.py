"""Further addresses of a login: aliases, the login map, and who may send on behalf."""

from lab import SenderCase
from lab.sender_case import ALICE, BOB, OUTSIDE, fields_of

FROM_IS = "550 5.7.1 Fake sender: From is <{}>, but you are logged in as <alice@example.test>"
ENVELOPE_IS = ("553 5.7.1 Fake sender: the envelope sender is <{}>, "
               "but you are logged in as <alice@example.test>")
NEEDS_SENDER = "550 5.7.1 Fake sender: From is <{}>, sent on behalf, which needs a Sender field"
SALES = "sales@example.test"


def alias(*addresses: str, login: str = ALICE) -> dict:
    return {"aliases": [{"login": login, "addresses": list(addresses), "reason": "her other names"}]}


def on_behalf(*addresses: str, **more) -> dict:
    entry = {"login": ALICE, "may_send_as": list(addresses), "reason": "her office", **more}
    return {"send_on_behalf": [entry]}


class Aliases(SenderCase):
    def is_foreign(self, sender: str) -> bool:
        """Whether alice may not use this envelope sender."""
        with self.alice() as client:
            return client.mail(sender).code == 553

    def test_alias_is_an_address_of_the_login(self):
        daemon = self.start(whitelist=alias(SALES, "*@shop.example.test"))
        self.passes([f"From: <{SALES}>"])
        self.passes([f"From: <{SALES}>"], sender=SALES)
        self.passes([f"From: <{ALICE}>", f"Sender: <{SALES}>"], sender="SALES+may@Example.test")
        self.passes(["From: <anything@shop.example.test>"], sender="")
        self.fails(FROM_IS.format(BOB), [f"From: <{BOB}>"])
        self.fails(ENVELOPE_IS.format(BOB), [f"From: <{SALES}>"], sender=BOB)
        self.fails(FROM_IS.format("x@sub.shop.example.test"), ["From: <x@sub.shop.example.test>"])
        self.nothing_bad_passed(daemon, 4)

    def test_alias_of_one_login_is_none_of_another(self):
        daemon = self.start(whitelist=alias(SALES, login=BOB))
        self.fails(FROM_IS.format(SALES), [f"From: <{SALES}>"])
        self.nothing_bad_passed(daemon)

    def test_address_in_utf8_passes_and_its_look_alike_does_not(self):
        daemon = self.start(whitelist=alias("爱丽丝@example.test", "alice@bücher.test"))
        utf8 = {"sender": "爱丽丝@example.test", "options": " SMTPUTF8"}
        self.passes(["From: <爱丽丝@example.test>"], **utf8)
        self.passes(["From: Alice <alice@xn--bcher-kva.test>"], **utf8)
        self.passes(["From: Alice <alice@BÜCHER.test>"], **utf8)
        # What was typed does not fit into an ASCII reply as it is.
        self.fails("550 5.7.1 Fake sender: From is <", ["From: <愛丽丝@example.test>"], **utf8)
        self.fails("550 5.7.1 Fake sender: From is <", ["From: <аlice@example.test>"], **utf8)
        self.fails("553 5.7.1 Fake sender: the envelope sender is <", [f"From: <{ALICE}>"],
                   sender="愛丽丝@example.test", options=" SMTPUTF8")
        self.nothing_bad_passed(daemon, 3)

    def test_alias_ends_with_its_entry(self):
        daemon = self.start(whitelist=alias(SALES))
        self.passes([f"From: <{SALES}>"])
        daemon.write_whitelist("")
        self.eventually(lambda: self.is_foreign(SALES), "the alias is gone")

    def test_login_map_gives_addresses_and_is_read_again_when_it_changes(self):
        daemon = self.lab.gatepostd()
        path = daemon.folder + "/sender_login"
        with open(path, "w", encoding="utf-8") as output:
            output.write(f"# who may send as whom\n{SALES} {BOB}, {ALICE}\n")
        daemon = self.start(site={"logins": {"map": path}})
        self.passes([f"From: <{SALES}>"], sender=SALES)
        self.fails(FROM_IS.format(BOB), [f"From: <{BOB}>"])
        with open(path, "w", encoding="utf-8") as output:
            output.write(f"{SALES} {BOB}\n")
        self.eventually(lambda: self.is_foreign(SALES), "the changed map counts")
        self.nothing_bad_passed(daemon, 1)


class Offered(SenderCase):
    def pasted(self, daemon, reference: str) -> None:
        """Puts into force what explain offers for this reference."""
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
        daemon.write_whitelist(daemon.json("explain", reference)["exception"])
        daemon.tell("reload")

    def test_yaml_that_explain_offers_lets_the_from_of_a_login_pass(self):
        daemon = self.start()
        self.pasted(daemon, self.fails(FROM_IS.format(BOB), [f"From: <{BOB}>"]))
        self.passes([f"From: <{BOB}>"])
        self.fails(FROM_IS.format("carol@example.test"), ["From: <carol@example.test>"])

    def test_yaml_that_explain_offers_lets_ours_from_outside_pass(self):
        daemon = self.start()
        verdict = self.from_outside([[f"From: <{ALICE}>"]])[0]
        self.pasted(daemon, verdict.split("ref=")[1])
        self.assertEqual(self.from_outside([[f"From: <{ALICE}>"]]), ["clean"])
        self.assertNotEqual(self.from_outside([[f"From: <{ALICE}>"]], source="127.0.0.6"), ["clean"])

    def test_yaml_that_explain_offers_lets_a_server_send(self):
        daemon = self.start(channels={"server": {"daemon_names": ["SERVER"]}})
        with self.lab.client(port=self.lab.open_server, source="127.0.0.200") as client:
            reference = self.refused(client.mail("erp@example.test"), "550 5.7.1 Client ")
        self.pasted(daemon, reference)
        with self.lab.client(port=self.lab.open_server, source="127.0.0.200") as client:
            self.accepted(client.send("erp@example.test", BOB))


class OnBehalf(SenderCase):
    def test_login_may_send_as_the_addresses_of_its_entry_alone(self):
        daemon = self.start(whitelist=on_behalf(BOB, "*@sales.example.test"))
        self.passes([f"From: <{BOB}>"])
        self.passes([f"From: <{BOB}>", f"Sender: <{ALICE}>"])
        self.passes([f"From: <{BOB}>"], sender=BOB)
        self.passes(["From: <any@sales.example.test>"])
        self.fails(FROM_IS.format("carol@example.test"), ["From: <carol@example.test>"])
        self.fails(FROM_IS.format("any@sub.sales.example.test"),
                   ["From: <any@sub.sales.example.test>"])
        self.nothing_bad_passed(daemon, 4)

    def test_sender_field_is_required_where_the_entry_says_so(self):
        daemon = self.start(whitelist=on_behalf(BOB, sender_field="require"))
        self.passes([f"From: <{BOB}>", f"Sender: <{ALICE}>"])
        self.passes([f"From: <{ALICE}>"])
        self.fails(NEEDS_SENDER.format(BOB), [f"From: <{BOB}>"])
        for other in (OUTSIDE, BOB):
            self.fails(NEEDS_SENDER.format(BOB), [f"From: <{BOB}>", f"Sender: <{other}>"])
        self.nothing_bad_passed(daemon, 2)

    def test_sender_field_is_required_also_where_the_envelope_is_of_the_other(self):
        daemon = self.start(whitelist=on_behalf(BOB, sender_field="require"))
        self.passes([f"From: <{BOB}>", f"Sender: <{ALICE}>"], sender=BOB)
        self.fails(NEEDS_SENDER.format(BOB), [f"From: <{BOB}>"], sender=BOB)
        self.nothing_bad_passed(daemon, 1)

    def test_sender_field_is_added_where_the_entry_says_so(self):
        self.start(whitelist=on_behalf(BOB, sender_field="add"))
        added = self.passes([f"From: <{BOB}>"])
        self.assertEqual(fields_of(added, "Sender"), [f"<{ALICE}>"])
        kept = self.passes([f"From: <{BOB}>", f"Sender: Alice <{ALICE}>"])
        self.assertEqual(fields_of(kept, "Sender"), [f"Alice <{ALICE}>"])
        own = self.passes([f"From: <{ALICE}>"])
        self.assertEqual(fields_of(own, "Sender"), [])
        of_the_other = self.passes([f"From: <{BOB}>"], sender=BOB)
        self.assertEqual(fields_of(of_the_other, "Sender"), [f"<{ALICE}>"])

    def test_expired_entry_gives_nothing(self):
        daemon = self.start(whitelist=on_behalf(BOB, expires="2020-01-31"))
        self.fails(FROM_IS.format(BOB), [f"From: <{BOB}>"])
        self.nothing_bad_passed(daemon)
