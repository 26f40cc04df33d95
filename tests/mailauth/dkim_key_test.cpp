#include "mailauth/dkim_key.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/mailauth/signing.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

using enum DkimCause;

const std::string kRsa = base64(SigningKey::rsa(1024).public_octets());

// `ok`, its flags, or the phrase of the fault.
std::string read(const std::string& record, KeyType type = KeyType::rsa) {
  const KeyOrFault found = read_key_record(record, type);
  if (const auto* fault = std::get_if<SignatureFault>(&found)) {
    EXPECT_EQ(fault->result, DkimResult::permerror);
    return std::string(phrase(fault->cause));
  }
  const auto& key = std::get<KeyRecord>(found);
  return std::string("ok") + (key.testing ? " testing" : "") +
         (key.strict_identity ? " strict" : "");
}

TEST(KeyRecord, WhatItSays) {
  struct Case {
    std::string tags;
    std::string found;
  };

  const auto why = [](DkimCause cause) { return std::string(phrase(cause)); };
  const Case cases[] = {
      {"p=" + kRsa, "ok"},
      {"v=DKIM1; p=" + kRsa + ";", "ok"},
      {" v = DKIM1 ; k = rsa ; p = " + kRsa.substr(0, 40) + " " + kRsa.substr(40), "ok"},
      {"v=DKIM1; k=RSA; p=" + kRsa, "ok"},
      {"v=DKIM1; h=sha1:sha256; s=*; n=some note; x=1; p=" + kRsa, "ok"},
      {"v=DKIM1; h= sha256 ; s=web : email; p=" + kRsa, "ok"},
      {"v=DKIM1; t=y; p=" + kRsa, "ok testing"},
      {"v=DKIM1; t=s; p=" + kRsa, "ok strict"},
      {"v=DKIM1; t= s : x : y ; p=" + kRsa, "ok testing strict"},
      {"v=DKIM1; t=; p=" + kRsa, "ok"},
      {"v=DKIM1; g=jl*g; p=" + kRsa, "ok"},  // historic (RFC 6376 C.2)
      {"v=DKIM1; g=; p=" + kRsa, "ok"},
      {"p=" + kRsa + "; v=DKIM1", why(bad_key)},  // v= must be the first
      {"v=DKIM2; p=" + kRsa, why(bad_key)},
      {"v=dkim1; p=" + kRsa, why(bad_key)},
      {"v=; p=" + kRsa, why(bad_key)},
      {"v=DKIM1; p=", why(key_revoked)},
      {"p=", why(key_revoked)},
      {"v=DKIM1; p=;", why(key_revoked)},
      {"v=DKIM1; k=rsa", why(bad_key)},
      {"", why(bad_key)},
      {"v=spf1 -all", why(bad_key)},
      {"v=DKIM1; p=" + kRsa + "; p=" + kRsa, why(bad_key)},
      {"v=DKIM1; t; p=" + kRsa, why(bad_key)},
      {"v=DKIM1; p=not base64!", why(bad_key)},
      {"v=DKIM1; p=AQID", why(bad_key)},
      {"v=DKIM1; k=ed25519; p=" + kRsa, why(key_of_other_type)},
      {"v=DKIM1; k=future; p=" + kRsa, why(key_of_other_type)},
      {"v=DKIM1; h=sha1; p=" + kRsa, why(key_not_for_hash)},
      {"v=DKIM1; h=; p=" + kRsa, why(key_not_for_hash)},
      {"v=DKIM1; s=web; p=" + kRsa, why(key_not_for_email)},
      {"v=DKIM1; s=emails; p=" + kRsa, why(key_not_for_email)},
  };
  for (const Case& each : cases)
    EXPECT_EQ(read(each.tags), each.found) << each.tags;
}

TEST(KeyRecord, SizesOfKeys) {
  const auto record = [](const std::string& octets) { return "v=DKIM1; p=" + base64(octets); };
  EXPECT_EQ(read(SigningKey::rsa(512).record()), phrase(key_too_short));
  EXPECT_EQ(read(record(made_up_rsa(1'016))), phrase(key_too_short));
  EXPECT_EQ(read(record(made_up_rsa(1'024))), "ok");
  EXPECT_EQ(read(record(made_up_rsa(4'096))), "ok");
  EXPECT_EQ(read(record(made_up_rsa(4'104))), phrase(key_too_long));
  EXPECT_EQ(read(record(made_up_rsa(8'192))), phrase(key_too_long));
  EXPECT_EQ(read(record(made_up_rsa(32'768))), phrase(bad_key)) << "over 4 KiB is not decoded";
  EXPECT_EQ(read("p=" + std::string(5'000, 'A')), phrase(bad_key));
}

TEST(KeyRecord, Ed25519) {
  const std::string record = SigningKey::ed25519().record();
  EXPECT_EQ(read(record, KeyType::ed25519), "ok");
  EXPECT_EQ(read(record, KeyType::rsa), phrase(key_of_other_type));
  EXPECT_EQ(read("k=ed25519; p=" + base64(std::string(31, 'x')), KeyType::ed25519),
            phrase(bad_key));
  EXPECT_EQ(read("p=" + kRsa, KeyType::ed25519),
            phrase(key_of_other_type));  // k= is rsa by default
}

DkimCause look_up(const Zone& zone, const std::string& selector = "sel",
                  const char* domain = "example.com") {
  const KeyOrFault found = ask_until_done(zone, [&](Answers& answers) {
    return find_key(selector, *Domain::parse(domain), KeyType::rsa, answers);
  });
  if (const auto* fault = std::get_if<SignatureFault>(&found)) {
    EXPECT_EQ(fault->result,
              fault->cause == key_dns_failed ? DkimResult::temperror : DkimResult::permerror);
    return fault->cause;
  }
  return verified;
}

TEST(FindKey, AsksOneName) {
  Zone zone;
  zone.txt("sel._domainkey.example.com", "v=DKIM1; p=" + kRsa);
  EXPECT_EQ(look_up(zone), verified);
  ASSERT_EQ(zone.asked().size(), 1U);
  EXPECT_EQ(zone.asked().front(), ask_for("sel._domainkey.example.com", DnsType::txt));
}

TEST(FindKey, WhatTheDnsSays) {
  const std::string name = "sel._domainkey.example.com";
  Zone nothing;
  EXPECT_EQ(look_up(nothing), no_key);
  Zone no_data;
  no_data.address(name, "192.0.2.1");
  EXPECT_EQ(look_up(no_data), no_key);
  Zone silent;
  silent.fault(name, DnsType::txt);
  EXPECT_EQ(look_up(silent), key_dns_failed);
  Zone others;
  others.txt(name, "v=spf1 -all").txt(name, "v=DKIM1; p=" + kRsa).txt(name, "verification=123");
  EXPECT_EQ(look_up(others), verified);
  Zone only_others;
  only_others.txt(name, "v=spf1 -all").txt(name, "verification=123");
  EXPECT_EQ(look_up(only_others), no_key);
  Zone several;
  several.txt(name, "v=DKIM1; p=" + kRsa).txt(name, "v=DKIM1; p=");
  EXPECT_EQ(look_up(several), several_keys);
}

TEST(FindKey, NeverAsksANameThatCannotBe) {
  Zone zone;
  const std::string label(60, 'x');
  const std::string selector = fmt::format("{0}.{0}.{0}.{0}", label);
  EXPECT_EQ(look_up(zone, selector), no_key);
  EXPECT_TRUE(zone.asked().empty());
}

}  // namespace
}  // namespace gatepost::mailauth::testing
