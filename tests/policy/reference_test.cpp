#include "policy/reference.hpp"

#include <gtest/gtest.h>

namespace gatepost {
namespace {

TEST(Reference, ReadsBackWhatItWrote) {
  for (const std::uint64_t bits :
       {std::uint64_t{0}, std::uint64_t{0xFFFFFFFFFF}, std::uint64_t{0x123456789A},
        std::uint64_t{0xFFFFFF0000000001}}) {
    const Reference reference = Reference::from_bits(bits);
    EXPECT_EQ(reference.text().size(), 9U);
    EXPECT_EQ(Reference::parse(reference.text()), reference);
  }
}

TEST(Reference, ReadsWhatPeopleType) {
  const Reference expected = *Reference::parse("7K3F-9QX0");
  for (const char* typed :
       {"7k3f-9qx0", "7K3F9QX0", " [ref 7K3F-9QX0] ", "ref 7k3f9qxo", "[7K3F-9QXO]"}) {
    EXPECT_EQ(Reference::parse(typed), expected) << typed;
  }
  EXPECT_EQ(Reference::parse("il00-0000"), Reference::parse("1100-0000"));
}

TEST(Reference, RefusesAnythingElse) {
  for (const char* typed : {"", "7K3F-9QX", "7K3F-9QXMM", "7K3F_9QXM", "7K3-F9QXM", "UUUU-UUUU"}) {
    EXPECT_FALSE(Reference::parse(typed)) << typed;
  }
}

TEST(FindReference, FindsItInWhateverWasPasted) {
  const Reference expected = *Reference::parse("7K3F-9QXM");
  for (const char* text :
       {"450 4.7.1 limit reached [ref 7K3F-9QXM] https://mail.example.com/why", "[ref 7k3f-9qxm]",
        "<bob@x.example>: host mx[192.0.2.1] said: 550 no [ref\n    7K3F-9QXM] (in reply to MAIL)",
        "[REF 7K3F-9QXM] and [ref 0000-0000]"}) {
    EXPECT_EQ(find_reference(text), expected) << text;
  }
  for (const char* text : {"", "[", "[ref", "[ref ]", "[ref 7K3F]", "550 5.1.1 User unknown",
                           "mx[192.0.2.1] ref 7K3F-9QXM"}) {
    EXPECT_FALSE(find_reference(text)) << text;
  }
}

}  // namespace
}  // namespace gatepost
