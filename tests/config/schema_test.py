#!/usr/bin/env python3
"""schema_test.py TREE GATEPOST: the JSON Schemas of config/ and the real reader (`gatepost check`)
give the same answer to what is right and what is wrong in the two files, as far as a schema can
say it, and all examples of config/ and docs/ are right."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

import lockout_cases
import origin_cases
import schema_cases
import store_cases
from schema_cases import FULL

TREE = pathlib.Path(sys.argv.pop(1)).resolve()
GATEPOST = pathlib.Path(sys.argv.pop(1)).resolve()
FILES = ("gatepost", "whitelist")
CASES = (schema_cases, lockout_cases, origin_cases, store_cases)
SCHEMAS = {name: json.loads((TREE / f"config/{name}.schema.json").read_text()) for name in FILES}
SITE = "site: { domains: [example.com, example.org], time_zone: UTC }\n"


def every(kind):
    """The cases of one kind, of all files that hold some."""
    return [case for cases in CASES for case in getattr(cases, kind)]


def plain(text):
    """What a value without quotes is by the core schema of YAML 1.2, as editors read it."""
    if re.fullmatch(r"null|Null|NULL|~|", text):
        return None
    if re.fullmatch(r"true|True|TRUE|false|False|FALSE", text):
        return text[0] in "tT"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


def data(node):
    if isinstance(node, yaml.MappingNode):
        return {key.value: data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [data(item) for item in node.value]
    return plain(node.value) if node is not None and node.style is None else node and node.value


def parsed(text):
    return data(yaml.compose(text, Loader=yaml.SafeLoader))


def schema_says(name, content):
    """The schema's objections, none where it has none."""
    validator = jsonschema.Draft7Validator(SCHEMAS[name])
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message[:200]}"
            for each in validator.iter_errors(content)]


def documents(text):
    """The YAML examples of a page."""
    for block in re.findall(r"^( *)```yaml\n(.*?)^ *```", text, re.M | re.S):
        yield re.sub(f"^{block[0]}", "", block[1], flags=re.M)


class Reader:
    """The real one, in a folder of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "redis.password").write_text("secret\n")
        (self.folder / "auth-policy.secret").write_text("secret\n")
        (self.folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n")
        (self.folder / "login.map").write_text("sales@example.com alice\n")

    def says(self, name, text):
        """The reader's mistakes in the text of one file; the other one is right."""
        if name == "whitelist":
            (self.folder / "whitelist.yaml").write_text(text)
            text = SITE + "whitelist: whitelist.yaml\n"
        else:
            (self.folder / "whitelist.yaml").write_text("")
        (self.folder / "gatepost.yaml").write_text(text)
        done = subprocess.run([GATEPOST, "--config", self.folder / "gatepost.yaml", "check"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode not in (0, 1):
            raise AssertionError(f"{done.returncode}: {done.stdout}")
        return done.stdout if done.returncode else ""


class Schemas(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gatepost-schema-")
        cls.addClassCleanup(folder.cleanup)
        cls.reader = Reader(folder.name)

    def agree(self, name, text, right):
        """Schema and reader both say of the text what it is."""
        with self.subTest(file=name, text=text, right=right):
            by_schema = schema_says(name, parsed(text))
            by_reader = self.reader.says(name, text)
            self.assertEqual((right, right), (not by_schema, not by_reader),
                             f"schema: {by_schema}\nreader: {by_reader}")

    def test_they_are_schemas_of_draft_7(self):
        for name, schema in SCHEMAS.items():
            with self.subTest(name):
                jsonschema.Draft7Validator.check_schema(schema)
                self.assertEqual("http://json-schema.org/draft-07/schema#", schema["$schema"])

    def test_every_definition_is_used(self):
        for name, schema in SCHEMAS.items():
            used = set(re.findall(r'"#/definitions/(\w+)"', json.dumps(schema)))
            self.assertEqual(used, set(schema["definitions"]), name)

    def test_every_pattern_has_a_message_of_its_own(self):
        for name in FILES:
            def look(node):
                if isinstance(node, dict):
                    if len(node.get("pattern", "")) > 60:
                        self.assertIn("patternErrorMessage", node)
                    for value in node.values():
                        look(value)
            look(SCHEMAS[name])

    def test_shipped_files_pass_and_name_their_schema(self):
        for name in FILES:
            with self.subTest(name):
                text = (TREE / f"config/{name}.yaml").read_text()
                self.assertEqual([], schema_says(name, parsed(text)))
                self.assertEqual("# yaml-language-server: $schema="
                                 f"/usr/local/share/gatepost/{name}.schema.json",
                                 text.splitlines()[0])

    def test_what_the_shipped_whitelist_shows_as_comments_passes(self):
        text = (TREE / "config/whitelist.yaml").read_text()
        self.agree("whitelist", re.sub(r"^#(?=  )", "", text, flags=re.M), True)

    def test_examples_of_the_pages_pass(self):
        seen = dict.fromkeys(FILES, 0)
        for page in sorted((TREE / "docs").glob("*.md")):
            for text in documents(page.read_text()):
                content = yaml.load(text, Loader=yaml.BaseLoader)
                typed = parsed(text)
                name = next(n for n in FILES if set(content) <= set(SCHEMAS[n]["properties"]))
                seen[name] += 1
                for each in (content, typed):
                    if name == "gatepost":
                        each.setdefault("site", {}).setdefault("domains", ["example.com"])
                        policy = (each.get("logins") or {}).get("auth_policy") or {}
                        if "secret_file" in policy:  # one that is there
                            policy["secret_file"] = "auth-policy.secret"
                    elif any("server" in entry for entry in each.get("send_on_behalf") or []):
                        each.setdefault("servers", parsed(FULL["whitelist"])["servers"])
                with self.subTest(page=page.name, text=text):
                    self.assertEqual([], schema_says(name, typed))
                    self.assertEqual("", self.reader.says(name, json.dumps(content)))
        self.assertGreaterEqual(seen["gatepost"], 10)
        self.assertGreaterEqual(seen["whitelist"], 6)

    def test_full_examples_pass_and_use_every_key(self):
        for name, text in FULL.items():
            self.agree(name, text, True)
            with self.subTest(name):
                written = {"secret"}  # not beside secret_file
                written |= set(re.findall(r"\b([a-z0-9_]+): ", text + " "))
                written |= set(re.findall(r"^ *(?:- )?([a-z_]+):$", text, re.M))
                self.assertEqual(set(), self.keys_of(SCHEMAS[name]) - written)

    def keys_of(self, node):
        """Every property name of a schema."""
        if isinstance(node, list):
            return set().union(*map(self.keys_of, node))
        if not isinstance(node, dict):
            return set()
        found = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
        return found.union(*(self.keys_of(value) for value in node.values()))

    def test_reader_and_schema_agree_on_values(self):
        for name, template, right, wrong in every("VALUES"):
            for values, is_right in ((right, True), (wrong, False)):
                for value in values:
                    text = template.replace("{}", value, 1)
                    self.agree(name, self.whole(name, text), is_right)

    def test_reader_and_schema_agree_on_texts(self):
        for name, text, right in every("TEXTS"):
            self.agree(name, self.whole(name, text), right)

    def test_what_only_the_reader_sees(self):
        for name, text in every("ONLY_THE_READER"):
            with self.subTest(file=name, text=text):
                text = self.whole(name, text)
                self.assertEqual([], schema_says(name, parsed(text)))
                self.assertNotEqual("", self.reader.says(name, text))

    @staticmethod
    def whole(name, text):
        has_site = name == "whitelist" or text.startswith("site:")
        return (text if has_site else SITE + text) + "\n"


if __name__ == "__main__":
    unittest.main()
