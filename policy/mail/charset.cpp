#include "policy/mail/charset.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <iconv.h>

#include "policy/mail/ascii.hpp"
#include "policy/mail/utf8.hpp"

namespace gatepost {
namespace {

struct Charset {
  std::string_view name;  ///< as MIME writes it, in lower case
  const char* codec;      ///< as iconv calls it; null: UTF-8
};

// A closed list: a stranger must not choose which converters of the system run.
constexpr Charset kCharsets[] = {
    {"utf-8", nullptr},
    {"utf8", nullptr},
    {"us-ascii", "WINDOWS-1252"},
    {"ascii", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"iso-8859-1", "WINDOWS-1252"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "WINDOWS-1254"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-11", "WINDOWS-874"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"},
    {"windows-874", "WINDOWS-874"},
    {"tis-620", "WINDOWS-874"},
    {"windows-1250", "WINDOWS-1250"},
    {"windows-1251", "WINDOWS-1251"},
    {"windows-1252", "WINDOWS-1252"},
    {"windows-1253", "WINDOWS-1253"},
    {"windows-1254", "WINDOWS-1254"},
    {"windows-1255", "WINDOWS-1255"},
    {"windows-1256", "WINDOWS-1256"},
    {"windows-1257", "WINDOWS-1257"},
    {"windows-1258", "WINDOWS-1258"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"macintosh", "MACINTOSH"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"cp936", "GB18030"},
    {"gb18030", "GB18030"},
    {"big5", "CP950"},
    {"cp950", "CP950"},
    {"big5-hkscs", "BIG5-HKSCS"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"x-sjis", "CP932"},
    {"windows-31j", "CP932"},
    {"cp932", "CP932"},
    {"euc-jp", "EUC-JP-MS"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"iso-2022-jp-2", "ISO-2022-JP-2"},
    {"euc-kr", "UHC"},
    {"ks_c_5601-1987", "UHC"},
    {"iso-2022-kr", "ISO-2022-KR"},
    {"utf-7", "UTF-7"},
};

// One conversion to UTF-8.
class Converter {
public:
  explicit Converter(const char* codec) : handle_(iconv_open("UTF-8", codec)) {}

  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  ~Converter() {
    if (usable()) iconv_close(handle_);
  }

  // NOLINTNEXTLINE(performance-no-int-to-ptr, cppcoreguidelines-pro-type-cstyle-cast): iconv's way
  bool usable() const { return handle_ != (iconv_t)-1; }

  // Converts until the end or the first octet that is no character, which is left in `octets`.
  // True where the rest is the start of a character, or nothing.
  bool advance(std::string_view& octets, std::string& out) {
    std::array<char, 512> buffer{};
    while (true) {
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): iconv does not write there
      char* from = const_cast<char*>(octets.data());
      std::size_t from_left = octets.size();
      char* to = buffer.data();
      std::size_t to_left = buffer.size();
      errno = 0;
      const bool done = iconv(handle_, &from, &from_left, &to, &to_left) != kFailed;
      const int error = errno;
      out.append(buffer.data(), buffer.size() - to_left);
      octets.remove_prefix(octets.size() - from_left);
      if (done || error == EINVAL) return true;
      if (error != E2BIG) return false;
    }
  }

  // What a converter holds back to see what follows it (combining characters).
  void finish(std::string& out) {
    std::array<char, 64> buffer{};
    char* to = buffer.data();
    std::size_t to_left = buffer.size();
    if (iconv(handle_, nullptr, nullptr, &to, &to_left) == kFailed) return;
    out.append(buffer.data(), buffer.size() - to_left);
  }

private:
  static constexpr auto kFailed = static_cast<std::size_t>(-1);

  iconv_t handle_;
};

// All of `octets`, what is no character as U+FFFD; nothing where iconv lacks the codec.
std::optional<std::string> convert(const char* codec, std::string_view octets) {
  Converter converter(codec);
  if (!converter.usable()) return {};
  std::string out;
  while (!octets.empty()) {
    const bool complete = converter.advance(octets, out);
    if (octets.empty()) break;
    utf8::append(out, utf8::kReplacement);
    if (complete) break;
    octets.remove_prefix(1);
  }
  converter.finish(out);
  return out;
}

bool has_private_use(std::string_view text) {
  while (!text.empty()) {
    const utf8::Step step = utf8::first(text);
    if (step.character >= 0xE000 && step.character <= 0xF8FF) return true;
    text.remove_prefix(step.octets);
  }
  return false;
}

// All of `octets` where each is part of a character that the charset has: what GB18030 maps to
// private use is text of another one.
std::optional<std::string> read_all(const char* codec, std::string_view octets) {
  Converter converter(codec);
  std::string out;
  if (!converter.usable() || !converter.advance(octets, out)) return {};
  if (!octets.empty()) utf8::append(out, utf8::kReplacement);
  if (has_private_use(out)) return {};
  return out;
}

}  // namespace

std::optional<std::string> utf8_from(std::string_view charset, std::string_view octets) {
  const std::string name = ascii::lower(charset);
  const auto* known = std::find_if(std::begin(kCharsets), std::end(kCharsets),
                                   [&name](const Charset& each) { return each.name == name; });
  if (known != std::end(kCharsets)) {
    return known->codec == nullptr ? utf8::repaired(octets) : convert(known->codec, octets);
  }
  if (!utf8::is_valid(octets)) return {};
  return std::string(octets);
}

std::string utf8_from_unnamed(std::string_view octets) {
  if (utf8::is_valid(octets)) return std::string(octets);
  for (const char* codec : {"GB18030", "CP950", "CP932"}) {
    if (auto text = read_all(codec, octets)) return std::move(*text);
  }
  return utf8::repaired(octets);
}

}  // namespace gatepost
