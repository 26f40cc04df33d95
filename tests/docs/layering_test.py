#!/usr/bin/env python3
"""Tests of layering.py itself: it catches what it is there for."""

import pathlib
import tempfile
import unittest

import layering


class Layering(unittest.TestCase):
    def violations(self, **files):
        """What check() says of a tree of these files; `room__name` stands for room/name.cpp."""
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            for name, text in files.items():
                path = tree / (name.replace("__", "/") + (".hpp" if "HPP" in text else ".cpp"))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return layering.check(tree)[0]

    def assert_caught(self, word, **files):
        found = self.violations(**files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(word, found[0])

    def test_accepts_includes_to_the_left_and_within_a_room(self):
        self.assertEqual([], self.violations(
            policy__a='#include <vector>\n#include "policy/b.hpp"\n#include <fmt/format.h>\n',
            session__a='#include "policy/b.hpp"\n#include "session/b.hpp"\n',
            admin__a='#include "store/stores.hpp"\n#include <boost/beast/http.hpp>\n',
            daemon__a='#include "milter/front.hpp"\n#include <spdlog/spdlog.h>\n'))

    def test_catches_an_include_to_the_right(self):
        self.assert_caught("policy may not include session",
                           policy__a='#include <map>\n#include "session/session.hpp"\n')

    def test_names_file_and_line(self):
        found = self.violations(policy__a='#include <map>\n#include "session/session.hpp"\n')
        self.assertTrue(found[0].startswith("policy/a.cpp:2: "), found)

    def test_catches_an_include_between_rooms_of_one_step(self):
        self.assert_caught("store may not include config", store__a='#include "config/config.hpp"')
        self.assert_caught("milter may not include admin", milter__a='#include "admin/daemon.hpp"')

    def test_catches_a_store_adapter_in_session(self):
        self.assert_caught("session may not include store",
                           session__a='#include "store/stores.hpp"')

    def test_catches_libmilter_outside_milter(self):
        self.assert_caught("belongs to milter", session__a="#include <libmilter/mfapi.h>")
        self.assert_caught("belongs to milter", daemon__a="#include <libmilter/mfapi.h>")

    def test_catches_third_party_in_the_core(self):
        for header in ("spdlog/spdlog.h", "boost/asio.hpp", "yaml-cpp/yaml.h", "sqlite3.h",
                       "hiredis/hiredis.h", "date/tz.h", "systemd/sd-daemon.h"):
            with self.subTest(header):
                self.assert_caught("not to policy", policy__a=f"#include <{header}>")

    def test_catches_a_system_call_header_in_the_core(self):
        self.assert_caught("plain values", policy__a="#include <unistd.h>")

    def test_catches_beast_in_the_store_and_spdlog_outside_the_daemon(self):
        self.assert_caught("not to store", store__a="#include <boost/beast.hpp>")
        self.assert_caught("not to milter", milter__a="#include <spdlog/spdlog.h>")

    def test_catches_a_library_that_nobody_listed(self):
        self.assert_caught("which rooms may use it", store__a="#include <curl/curl.h>")

    def test_catches_a_header_that_shows_a_third_party_type_to_another_room(self):
        found = self.violations(config__tree="// HPP\n#include <yaml-cpp/yaml.h>\n",
                                daemon__a='#include "config/tree.hpp"\n')
        self.assertEqual(len(found), 1, found)
        self.assertIn("above its room", found[0])

    def test_catches_an_own_header_that_is_not_named_by_room(self):
        self.assert_caught("named by room", policy__a='#include "engine.hpp"')


if __name__ == "__main__":
    unittest.main()
