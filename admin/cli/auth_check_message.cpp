#include "admin/cli/auth_check_message.hpp"

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "admin/cli/message_file.hpp"

namespace gatepost::admin {
namespace {

constexpr std::size_t kPiece = 65'536;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_name_char(char c) {
  return c > ' ' && c < '\x7F' && c != ':';
}

// The name as it stands there, with blanks before the colon; nothing where the line is no field.
std::optional<std::string_view> name_of(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view all = line.substr(0, colon);
  std::string_view name = all;
  while (!name.empty() && is_blank(name.back()))
    name.remove_suffix(1);
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_char)) return {};
  return all;
}

bool is_mailbox_line(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of('>'), line.size()));
  return line.starts_with("From ");
}

// Goes through a text by lines.
class Lines {
public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }

  bool continues() const { return !at_end() && is_blank(text_[at_]); }

  std::size_t position() const { return at_; }

  // Without its end.
  std::string_view peek() const {
    std::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  void skip() {
    const auto end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string read_at_most(std::istream& in, std::size_t most) {
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

MessageStart split_message(std::string_view text) {
  MessageStart out;
  Lines lines(text);
  while (!lines.at_end() && is_mailbox_line(lines.peek()))
    lines.skip();
  while (!lines.at_end()) {
    const std::string_view line = lines.peek();
    if (line.empty()) {
      lines.skip();
      break;
    }
    const auto name = name_of(line);
    if (!name) break;
    std::string value(line.substr(name->size() + 1));
    lines.skip();
    while (lines.continues()) {
      value += "\r\n";
      value += lines.peek();
      lines.skip();
    }
    out.fields.push_back({std::string(*name), std::move(value)});
  }
  out.body_at = lines.position();
  return out;
}

std::string CrlfWriter::convert(std::string_view chunk) {
  std::string out;
  out.reserve(chunk.size() + chunk.size() / 32);
  for (const char c : chunk) {
    if (c == '\n' && !after_cr_) out.push_back('\r');
    out.push_back(c);
    after_cr_ = c == '\r';
  }
  return out;
}

std::variant<MessageFile, std::string> MessageFile::open(const std::filesystem::path& path) {
  MessageFile out;
  if (path != "-") {
    errno = 0;
    out.file_.emplace(path, std::ios::binary);
    std::error_code ignored;
    if (!*out.file_ || std::filesystem::is_directory(path, ignored)) {
      const int why = *out.file_ ? EISDIR : errno;
      return fmt::format("cannot read the message file {}: {}", path.string(),
                         std::generic_category().message(why));
    }
  }
  // One octet more tells a header that is too large from one that just fits.
  std::string text = read_at_most(out.stream(), kLargestHeader + 1);
  MessageStart start = split_message(text);
  if (text.size() > kLargestHeader && start.body_at == text.size()) {
    return fmt::format("the header of {} is larger than {} octets: is it a message?", path.string(),
                       kLargestHeader);
  }
  out.header_ = header_of_message(std::string_view(text).substr(0, start.body_at));
  out.fields_ = std::move(start.fields);
  text.erase(0, start.body_at);
  out.start_ = std::move(text);
  return out;
}

std::optional<std::string> MessageFile::next() {
  const std::string piece =
      start_.empty() ? read_at_most(stream(), kPiece) : std::exchange(start_, {});
  if (piece.empty()) return {};
  return line_ends_.convert(piece);
}

bool MessageFile::failed() const {
  return file_ ? file_->bad() : std::cin.bad();
}

std::istream& MessageFile::stream() {
  return file_ ? static_cast<std::istream&>(*file_) : std::cin;
}

}  // namespace gatepost::admin
