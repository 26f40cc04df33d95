"""Mail from outside is verified by SPF, DKIM, DMARC and ARC (R9), and so are our own domains (R8)."""

from lab import OriginCase, letter
from lab.mail_signer import Key, sealed, signed
from lab.origin_case import AUTHSERV_ID, STRANGER
from lab.sender_case import ALICE, BOB, fields_of

SHOP = "info@shop.test"
LIST = "127.0.0.62"
JUNK = "^junk; rule=dmarc; ref="


class Results(OriginCase):
    """What is found, and what the owner's policy makes of it."""

    def test_spf_that_passes_is_enough(self):
        self.start()
        self.publish_spf("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        self.passes_as(self.message("r1"), "r1", {"spf": "pass", "dkim": "none", "dmarc": "pass"})

    def test_signature_that_passes_is_enough(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        for form in ("relaxed", "simple"):
            text = signed(self.key, "shop.test", self.message("r2" + form), form=form)
            self.passes_as(text, "r2" + form, {"spf": "none", "dkim": "pass", "dmarc": "pass"},
                           source=STRANGER)

    def test_ed25519(self):
        self.start()
        key = Key(self.lab.folder, "ed25519")
        self.publish_key("shop.test", key=key)
        self.publish_dmarc("shop.test", "p=reject")
        self.passes_as(signed(key, "shop.test", self.message("r3")), "r3",
                       {"dkim": "pass", "dmarc": "pass"}, source=STRANGER)

    def test_white_space_survives_the_way_to_the_milter(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        fields = [b"From:  Info \t <info@shop.test>  ", b"Subject:no space", b"To:\tx@y.test,\r\n\t"
                  b"  z@y.test ", b"X-Marker: r4", b"", b"  leading\r\n\r\ntrailing  \r\n\r\n\r\n"]
        text = b"\r\n".join(fields)
        self.passes_as(signed(self.key, "shop.test", text, form="simple"), "r4",
                       {"dkim": "pass", "dmarc": "pass"}, source=STRANGER)

    def test_policy_is_followed(self):
        self.start()
        cases = (("p=none", "none", "clean"), ("p=quarantine", "quarantine", JUNK),
                 ("p=reject; t=y", "quarantine", JUNK), ("p=quarantine; t=y", "none", "clean"))
        for number, (record, policy, verdict) in enumerate(cases):
            with self.subTest(record):
                domain = f"shop{number}.test"
                self.publish_spf(domain)
                self.publish_dmarc(domain, record)
                marker = f"p{number}"
                arrived = self.passes_as(self.message(marker, f"info@{domain}"), marker,
                                         {"spf": "fail", "dmarc": "fail"}, verdict,
                                         sender=f"info@{domain}", source=STRANGER)
                self.assertIn(f"p={policy}", self.results(arrived))

    def test_reject_is_refused_and_explained(self):
        daemon = self.start()
        self.publish_spf("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        reply = self.bring(self.message("r5"), source=STRANGER)
        reference = self.refused(reply, "550 5.7.1 The owner of shop.test")
        self.assertIn("SPF fail", reply.text)
        self.assertIn("no DKIM signature", reply.text)
        self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
        self.assertIn("shop.test", daemon.tell("explain", reference))
        self.assertIn("DMARC", daemon.tell("explain", reference, "--lang", "zh"))
        self.assertRegex(daemon.log(), r"dmarc=fail")

    def test_mail_of_each_domain_is_a_case_of_its_own(self):
        daemon = self.start()
        references = {}
        for domain in ("one.test", "two.test"):
            self.publish_dmarc(domain, "p=reject")
            reply = self.bring(self.message("c" + domain, f"a@{domain}"), f"a@{domain}", STRANGER)
            references[domain] = self.refused(reply, f"550 5.7.1 The owner of {domain}")
        for domain, reference in references.items():
            self.eventually(lambda: daemon.run("explain", reference).returncode == 0, "on record")
            self.assertIn(domain, daemon.tell("explain", reference))

    def test_held_mail_is_not_called_clean(self):
        self.start(rules={"dmarc": {"on_reject": "hold"}})
        self.publish_dmarc("shop.test", "p=reject")
        self.accepted(self.bring(self.message("hold1"), source=STRANGER))
        queue_id = self.lab.postfix.held()[0]["queue_id"]
        self.assertIn("X-Gatepost-Verdict: suspicious; rule=dmarc; ref=",
                      self.lab.postfix.queued_text(queue_id))

    def test_signature_of_another_text_is_named(self):
        self.start()
        self.publish_key("shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        text = signed(self.key, "shop.test", self.message("r6")).replace(b"Good day", b"Bad day")
        self.assertIn("the body was changed", self.bring(text, source=STRANGER).text)

    def test_subdomains_and_names_that_do_not_exist(self):
        self.start()
        self.publish_dmarc("shop.test", "p=none; sp=quarantine; np=reject")
        self.lab.dns.publish("news.shop.test", "A", "127.0.0.9")
        self.passes_as(self.message("r7", "a@news.shop.test"), "r7", {"dmarc": "fail"}, JUNK)
        self.refused(self.bring(self.message("r8", "a@ghost.shop.test")), "550 5.7.1")

    def test_no_record_and_one_that_cannot_be_used(self):
        self.start()
        self.passes_as(self.message("n1"), "n1", {"spf": "none", "dmarc": "none"})
        self.publish_dmarc("odd.test", "p=perhaps")
        self.lab.dns.publish("odd.test", "TXT", "v=spf1 include:odd.test -all")
        self.passes_as(self.message("n2", "a@odd.test"), "n2", {"spf": "permerror", "dmarc": "none"},
                       sender="a@odd.test")

    def test_bounce_is_judged_by_helo(self):
        self.start()
        self.publish_spf("mail.shop.test")
        self.publish_dmarc("shop.test", "p=reject")
        text = self.message("b1", "mailer-daemon@shop.test")
        self.passes_as(text, "b1", {"spf": "pass", "dmarc": "pass"}, sender="")
        self.refused(self.bring(text, sender="", source=STRANGER), "550 5.7.1")

    def test_of_several_authors_the_one_that_fares_worst_counts(self):
        self.start()
        self.publish_spf("evil.test")
        self.publish_dmarc("evil.test", "p=reject")
        self.publish_dmarc("bank.test", "p=reject")
        evil, bank = "From: <a@evil.test>", "From: <ceo@bank.test>"
        for number, fields in enumerate((
                [evil, bank], [bank, evil], ["From: <a@evil.test>, <ceo@bank.test>"],
                ["From: all: <a@evil.test>, <ceo@bank.test>;"])):
            reply = self.bring(letter(fields, f"a{number}"), "a@evil.test")
            self.refused(reply, "550 5.7.1 The owner of bank.test")
        self.passes_as(letter([evil] * 5 + [bank], "a9"), "a9", {"dmarc": "permerror"}, "^junk",
                       sender="a@evil.test")

    def test_what_does_not_come_from_outside_is_not_judged(self):
        self.start()
        self.publish_dmarc("example.test", "p=reject")
        with self.lab.client(ALICE, source=STRANGER) as client:
            self.accepted(client.send_text(ALICE, BOB, letter([f"From: <{ALICE}>"], "o1")))
        with self.lab.client(port=self.lab.mx) as client:
            self.accepted(client.send_text(SHOP, BOB, self.message("o2")))
        for marker in ("o1", "o2"):
            self.assertEqual(fields_of(self.delivered(marker), "Authentication-Results"), [])

    def test_site_that_observes_changes_nothing(self):
        daemon = self.start(site={"mode": "observe"})
        self.publish_dmarc("shop.test", "p=reject")
        self.accepted(self.bring(self.message("w1")))
        self.assertEqual(fields_of(self.delivered("w1"), "Authentication-Results"), [])
        self.assertIn("dmarc", daemon.tell("report", "--would-refuse"))


class Exceptions(OriginCase):
    """Lists, forwarders and sealers."""

    def setUp(self):
        self.arc = Key(self.lab.folder)

    def chain(self, marker: str, found: str) -> bytes:
        """A post of shop.test that a list changed and sealed."""
        text = signed(self.key, "shop.test", self.message(marker)).replace(b"Good day", b"Good day!")
        return sealed(self.arc, "lists.test", text, found)

    def publish_all(self) -> None:
        self.publish_key("shop.test")
        self.publish_key("lists.test", "arc", self.arc)
        self.publish_dmarc("shop.test", "p=reject")

    def test_chain_of_a_trusted_sealer(self):
        seen = "lists.test; dmarc=pass header.from=shop.test; dkim=pass header.d=shop.test"
        self.start(whitelist={"trusted_sealers": [
            {"sealer": "lists.test", "reason": "the lists that our people read"}]})
        self.publish_all()
        self.passes_as(self.chain("c1", seen), "c1",
                       {"dkim": "fail", "dmarc": "fail", "arc": "pass"}, source=LIST)
        broken = self.chain("c2", seen).replace(b"Good day!", b"Pay here!")
        self.refused(self.bring(broken, source=LIST), "550 5.7.1")
        forged = self.chain("c3", "lists.test; dmarc=fail header.from=shop.test")
        self.refused(self.bring(forged, source=LIST), "550 5.7.1")

    def test_chain_of_a_stranger_is_worth_nothing(self):
        self.start()
        self.publish_all()
        self.refused(self.bring(self.chain("c4", "lists.test; dmarc=pass header.from=shop.test"),
                                source=LIST), "550 5.7.1")

    def test_mailing_list_that_breaks_signatures(self):
        known = {"mailing_lists": [{"list": "dev.lists.test", "clients": [LIST],
                                    "reason": "the developers' list"}]}
        self.start(whitelist=known)
        self.publish_all()
        for number, (name, source, verdict) in enumerate((
                ("dev.lists.test", LIST, "^clean$"), ("dev.lists.test", STRANGER, JUNK),
                ("other.lists.test", LIST, JUNK))):
            marker = f"l{number}"
            text = self.message(marker, SHOP, f"List-Id: Developers <{name}>")
            text = signed(self.key, "shop.test", text).replace(b"Good day.", b"Good day.\r\n-- list")
            self.passes_as(text, marker, {"dkim": "fail", "dmarc": "fail"}, verdict, source=source)

    def test_forwarders_and_partners_with_broken_records(self):
        self.start(whitelist={
            "forwarders": [{"clients": ["127.0.0.63"], "reason": "alumni"}],
            "unauthenticated_domains": [{"domain": "shop.test", "clients": ["127.0.0.64"],
                                         "reason": "ticket 7"}]})
        self.publish_dmarc("shop.test", "p=reject")
        self.passes_as(self.message("f1"), "f1", {"dmarc": "fail"}, source="127.0.0.63")
        self.passes_as(self.message("f2"), "f2", {"dmarc": "fail"}, source="127.0.0.64")
        self.refused(self.bring(self.message("f3"), source=STRANGER), "550 5.7.1")

    def test_agency_that_writes_as_we_by_proof(self):
        self.start(whitelist={"send_on_behalf": [
            {"envelope": "crm.test", "proof": proof, "may_send_as": [f"{proof}@example.test"],
             "reason": "agency"} for proof in ("spf", "dkim")]})
        self.publish_spf("crm.test")
        self.publish_key("crm.test")
        self.publish_dmarc("example.test", "p=reject")
        by_spf, by_dkim = self.message("g1", "spf@example.test"), self.message("g2", "dkim@example.test")
        self.passes_as(by_spf, "g1", {"spf": "pass"}, sender="x@crm.test")
        self.passes_as(signed(self.key, "crm.test", by_dkim), "g2", {"dkim": "pass"},
                       sender="x@crm.test", source=STRANGER)
        for text in (by_spf, by_dkim):
            self.refused(self.bring(text, "x@crm.test", STRANGER), "550 5.7.1 Fake sender")


class OwnDomains(OriginCase):
    """Posts of our users that come back, and forgeries of them (R8)."""

    def test_with_a_policy_of_our_own(self):
        self.start()
        self.publish_key("example.test")
        self.publish_dmarc("example.test", "p=none")
        post = signed(self.key, "example.test", self.message("w1", ALICE))
        self.passes_as(post, "w1", {"dkim": "pass", "dmarc": "pass"}, source=LIST)
        listed = self.message("w2", ALICE, "List-Id: <list.outside.test>")
        broken = signed(self.key, "example.test", listed).replace(b"Good day", b"[list] Good day")
        self.passes_as(broken, "w2", {"dkim": "fail"}, "^junk; rule=own_domains_from_outside",
                       source=LIST)
        self.refused(self.bring(self.message("w3", ALICE), ALICE), "550 5.7.1 Fake sender")

    def test_without_any_record_nothing_can_be_told(self):
        self.start()
        self.passes_as(self.message("w4", ALICE), "w4", {"dmarc": "none"},
                       "^suspicious; rule=own_domains_from_outside", sender=ALICE)


class Fields(OriginCase):
    """Authentication-Results."""

    def test_forged_ones_go_and_ours_stands_on_top(self):
        self.start(authentication={"received_spf": True})
        self.publish_spf("shop.test")
        mine, other = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass", \
            "Authentication-Results: elsewhere.test; spf=pass"
        shouted = f"AUTHENTICATION-RESULTS: (x) {AUTHSERV_ID.upper()} 1; dkim=pass"
        text = letter([mine, other, shouted, mine, other, f"From: <{SHOP}>"], "h1")
        self.accepted(self.bring(text))
        arrived = self.delivered("h1")
        values = fields_of(arrived, "Authentication-Results")
        self.assertEqual([value.split(";")[0] for value in values],
                         [AUTHSERV_ID, "elsewhere.test", "elsewhere.test"])
        self.assertIn("header.from=shop.test", values[0])
        header = arrived.split(b"\n\n")[0]
        self.assertLess(header.index(b"Authentication-Results:"), header.index(b"\nReceived:"))
        self.assertRegex(fields_of(arrived, "Received-SPF")[0], "^pass ")

    def test_forgeries_behind_a_hundred_others(self):
        self.start()
        other = "Authentication-Results: elsewhere.test; spf=pass"
        mine = f"Authentication-Results: {AUTHSERV_ID}; dmarc=pass header.from=bank.test"
        self.accepted(self.bring(letter([other] * 150 + [mine, f"From: <{SHOP}>"], "h2")))
        self.assertNotIn("bank.test", self.results(self.delivered("h2")))

    def test_nothing_can_be_smuggled_into_ours(self):
        self.start()
        sender = '"a; dmarc=pass (x)\\" "@shop.test'
        self.accepted(self.bring(self.message("h3"), sender, helo="x;dkim=pass"))
        results = self.results(self.delivered("h3"))
        self.assertRegex(results, r"dmarc=none")
        self.assertEqual(results.count("dmarc="), 2)  # ours, and inside the quotes
        self.assertIn('smtp.mailfrom="', results)

    def test_word_of_a_gateway_that_we_trust(self):
        gateway = "127.0.0.65"
        daemon = self.start(authentication={
            "trusted_results": [{"authserv_id": "gw.test", "clients": [gateway]}]})
        self.publish_dmarc("shop.test", "p=reject")
        def stated(words, marker):
            return letter([f"Authentication-Results: gw.test; {words}", f"From: <{SHOP}>"], marker)
        fine = "spf=pass smtp.mailfrom=info@shop.test"
        self.passes_as(stated(fine, "t1"), "t1", {"spf": "pass", "dmarc": "pass"}, source=gateway)
        self.refused(self.bring(stated(fine, "t2"), source=STRANGER), "550 5.7.1")
        other = "spf=pass smtp.mailfrom=info@other.test"
        self.refused(self.bring(stated(other, "t3"), source=gateway), "550 5.7.1")
        below = letter(["Authentication-Results: elsewhere.test; spf=fail",
                        f"Authentication-Results: gw.test; {fine}", f"From: <{SHOP}>"], "t4")
        self.accepted(self.bring(below, source=gateway))
        self.assertEqual(fields_of(self.delivered("t4"), "Authentication-Results")[0].split(";")[0],
                         "elsewhere.test")
        self.assertIn("dmarc", daemon.log())
