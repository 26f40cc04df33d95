#pragma once

#include <string_view>

/// Where the parsers answer otherwise than a case of the corpora of GATEPOST_CORPORA, and why.
/// The tests fail for a difference that is not listed, and for one listed that is none.
namespace gatepost::corpora {

struct Difference {
  std::string_view suite;
  std::string_view ids;  ///< separated by spaces
  std::string_view reason;
};

/// from.jsonl: a fault where the case has addresses, another fault where it has none.
constexpr Difference kFieldDifferences[] = {
    {"opendmarc-finddomain", "2 12", "no brackets, and two words before the @"},
    {"opendmarc-finddomain", "6", "brackets in brackets"},
    {"opendmarc-finddomain", "7 8", "several mailboxes: the case takes the first"},
    {"opendmarc-finddomain", "9 13", "a group that does not end: no semicolon"},
    {"jsmime", "6", "an address literal has no domain"},
    {"jsmime", "9 10", "a quoted-pair in the local part"},
    {"jsmime", "13 41", "a group in a list of mailboxes"},
    {"jsmime", "15", "a comment with a bracket and half a quoted-string"},
    {"jsmime", "16", "a group that does not end: no semicolon"},
    {"jsmime", "28", "a control character"},
    {"jsmime", "29 46", "a bracket that is not closed"},
    {"jsmime", "36 42", "a list with nothing between its separators"},
    {"jsmime", "43 44", "a group is no mailbox, though one stands in it"},
    {"jsmime", "45", "brackets in brackets"},
    {"jsmime", "47", "white space in the local part"},
    {"jsmime", "51 52", "a bare address before another in brackets"},
    {"jsmime", "64 66", "a bare @ in an encoded word before the brackets"},
    {"jsmime", "65", "a bare comma in an encoded word: two parts to a reader of RFC 5322"},
    {"jsmime", "67 68", "a bare bracket in an encoded word"},
    {"jsmime", "69", "an encoded word in the local part"},
    {"cpython", "quoted_strings_in_local_part escaped_escapes_in_local_part",
     "quoted-strings beside other words in the local part"},
    {"cpython", "escaped_quoted_strings_in_local_part", "a quoted-pair in the local part"},
    {"cpython", "spaces_in_unquoted_local_part_collapsed", "white space in the local part"},
};

constexpr std::string_view kLiteral = "an address literal has no domain";
constexpr std::string_view kLong = "longer than DNS or SMTP can carry";
constexpr std::string_view kControl = "a control character";
constexpr std::string_view kWords = "quoted-strings beside other words in the local part";
constexpr std::string_view kNoLocal = "an empty local part";
constexpr std::string_view kNoHost = "a domain that is no host name";

/// addr.jsonl, both Address::parse and From: nothing where the case says valid.
constexpr Difference kAddressDifferences[] = {
    {"isemail",
     "61 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 95 112 115 116 117 120 "
     "121 159",
     kLiteral},
    {"isemail-original",
     "10 11 12 13 14 15 16 17 35 36 37 38 39 40 41 42 43 44 45 46 47 98 149 158 164 197 199 230 "
     "231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 "
     "254 255 256 257 258 259 260 261 262 263 264 265 266 267 268 269 270 271 272 273 274 275 276",
     kLiteral},
    {"isemail", "28 39 40 41", kLong},
    {"isemail-original", "21 34 52 115", kLong},
    {"isemail", "58 124 125 126 134 138 139 140", kControl},
    {"isemail-original", "123 226", kControl},
    {"isemail", "54 56", kWords},
    {"isemail-original", "94 140 141 143 144 145 146 151 153", kWords},
    {"isemail", "43", kNoLocal},
    {"isemail-original", "31", kNoLocal},
    {"isemail", "161", kNoHost},
    {"flanker", "valid-57", kNoHost},
};

constexpr std::string_view kComment = "comments belong to headers: From reads them";
constexpr std::string_view kSpace = "white space belongs to headers: From reads it";
constexpr std::string_view kUnclearComment =
    "comments belong to headers, and this one holds address syntax";
constexpr std::string_view kNameAddr = "a display name belongs to headers: From reads it";
constexpr std::string_view kRootDot = "the dot of the root is dropped; From does not read it";

/// addr.jsonl, Address::parse alone: nothing where the case says valid, or the reverse.
constexpr Difference kParseDifferences[] = {
    {"isemail", "90 92 93 96 97 98 165", kComment},
    {"isemail-original", "162 163 165 171 172 175 176 177 178 180 185 186 219 222", kComment},
    {"isemail-original", "166 167 174 181 182 184", kUnclearComment},
    {"flanker", "valid-135 valid-136 valid-137 valid-138", kComment},
    {"isemail", "85 86 87 88 89 144 148 149 153 157 158", kSpace},
    {"isemail-original", "152 160 223 224", kSpace},
    {"flanker", "valid-58 valid-59 valid-60", kNameAddr},
    {"isemail", "35", kRootDot},
    {"isemail-original", "82 113 200", kRootDot},
    {"flanker", "invalid-41 invalid-53 invalid-85", kRootDot},
    {"isemail", "160", "a quoted-pair of UTF-8 in a quoted local part: From does not read it"},
    {"flanker", "invalid-89", "A-labels are taken as they stand, Punycode or not"},
};

constexpr std::string_view kQuoted =
    "a quoted local part that naive readers split: its content is address syntax, a quoted-pair "
    "or begins with white space";

/// addr.jsonl, From alone: a fault where the case says valid.
constexpr Difference kFromDifferences[] = {
    {"isemail", "45 46 48 55 60", kQuoted},
    {"isemail-original", "4 6 7 28 53 54 55 56 68 95 109 121 122 125 134 150 211 217 221", kQuoted},
    {"flanker",
     "valid-6 valid-7 valid-11 valid-12 valid-30 valid-31 valid-32 valid-33 valid-52 valid-53 "
     "valid-54 valid-63 valid-64 valid-65 valid-69 valid-72 valid-73 valid-74 valid-75 valid-84 "
     "valid-96 valid-101 valid-103 valid-104 valid-105 valid-109 valid-115 valid-126 valid-130 "
     "valid-143 valid-145",
     kQuoted},
    {"isemail-original", "166 167 174 181 182 184", kUnclearComment},
};

/// espoofer/postfix-seen.jsonl: what each From field of a case says, in order; `!` a fault.
struct Seen {
  std::string_view id;
  std::string_view fields;  ///< separated by spaces
};

constexpr std::string_view kAdmin = "admin@legitimate.example";

constexpr Seen kEspoofer[] = {
    {"client_a1", "attacker@legitimate.example admin@legitimate.example"},
    {"client_a2", "!several"},
    {"client_a3", kAdmin},
    {"server_a1", kAdmin},
    {"server_a2", kAdmin},
    {"server_a3", kAdmin},
    {"server_a4", kAdmin},
    {"server_a5", kAdmin},
    {"server_a6", kAdmin},
    {"server_a7", kAdmin},
    {"server_a8", "first@attack.example admin@legitimate.example"},
    {"server_a9", ""},
    {"server_a10", "first@attack.example admin@legitimate.example"},
    {"server_a11", ""},
    {"server_a12", ""},
    {"server_a13", ""},
    {"server_a14", "!several"},
    {"server_a15", "!several"},
    {"server_a16", "!unreadable"},
    {"server_a17", "!unreadable"},
    {"server_a18", "!several"},
    {"server_a19", "!unreadable"},
};

}  // namespace gatepost::corpora
