#include "admin/cli/message_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <optional>
#include <system_error>

#include <fmt/format.h>

namespace gatepost::admin {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_name_char(char c) {
  return c > ' ' && c < '\x7F' && c != ':';
}

struct Field {
  std::string_view name;
  std::string_view value;
};

// RFC 5322 3.6.8, with the blanks before the colon of the obsolete syntax.
std::optional<Field> field_of(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view name = line.substr(0, colon);
  while (!name.empty() && is_blank(name.back()))
    name.remove_suffix(1);
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_char)) return {};
  return Field{name, line.substr(colon + 1)};
}

bool is_mailbox_line(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of('>'), line.size()));
  return line.starts_with("From ");
}

// Takes the next line from `text`, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Takes what continues a field, line ends included, from `text`.
std::string take_continuation(std::string_view& text) {
  std::string out;
  while (!text.empty() && is_blank(text.front())) {
    out += "\n";
    out += take_line(text);
  }
  return out;
}

std::string read_at_most(std::istream& in, std::size_t most) {
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

MessageHeader header_of_message(std::string_view text) {
  MessageHeader header;
  bool first = true;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (first && is_mailbox_line(line)) {
      header.add("X-Mailbox-Line", line);
      continue;
    }
    first = false;
    const auto field = field_of(line);
    if (!field) break;
    header.add(field->name, std::string(field->value) + take_continuation(text));
  }
  return header;
}

std::variant<MessageHeader, std::string> read_message_header(const std::filesystem::path& path) {
  std::ifstream file;
  const bool is_stdin = path == "-";
  if (!is_stdin) {
    errno = 0;
    file.open(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path)) {
      const int why = file ? EISDIR : errno;
      return fmt::format("cannot read the message file {}: {}", path.string(),
                         std::generic_category().message(why));
    }
  }
  // One octet more tells a header that is too large from one that just fits.
  const std::string text = read_at_most(is_stdin ? std::cin : file, kLargestHeader + 1);
  const bool ends = text.size() <= kLargestHeader || text.find("\n\n") != std::string::npos ||
                    text.find("\n\r\n") != std::string::npos;
  if (ends) return header_of_message(text);
  return fmt::format("the header of {} is larger than {} octets: is it a message?", path.string(),
                     kLargestHeader);
}

}  // namespace gatepost::admin
