#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <boost/json.hpp>

#include "mailauth/crypto.hpp"
#include "policy/mail/ascii.hpp"
#include "tests/mailauth/zone.hpp"

namespace gatepost::mailauth::testing {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_null()) return {};
  return json::serialize(value);
}

std::vector<std::string> texts_of(const json::value& value) {
  if (!value.is_array()) return {text_of(value)};
  std::vector<std::string> out;
  for (const json::value& each : value.get_array())
    out.push_back(text_of(each));
  return out;
}

std::map<std::string, std::vector<std::string>> map_of(const json::value& value) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [key, each] : value.as_object())
    out[std::string(key)] = texts_of(each);
  return out;
}

// The octets that a DNS string of the corpus stands for: its characters are octets (Latin-1).
std::string octets(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if ((c & 0xE0U) == 0xC0U && i + 1 < utf8.size()) {
      const auto low = static_cast<unsigned char>(utf8[++i]);
      out.push_back(static_cast<char>(((c & 0x03U) << 6U) | (low & 0x3FU)));
    } else {
      out.push_back(utf8[i]);
    }
  }
  return out;
}

std::optional<DnsType> type_of(const std::string& text) {
  if (text == "A") return DnsType::a;
  if (text == "AAAA") return DnsType::aaaa;
  if (text == "MX") return DnsType::mx;
  if (text == "PTR") return DnsType::ptr;
  if (text == "TXT") return DnsType::txt;
  return {};
}

void add_record(Zone& zone, const json::object& record) {
  const std::string name = text_of(record.at("name"));
  const std::string type_name = text_of(record.at("type"));
  if (record.contains("fault")) {
    const auto type = type_of(type_name);
    if (type) {
      zone.fault(name, *type);
    } else if (type_name == "*") {
      zone.fault(name);
    }
    return;
  }
  const json::value& data = record.at("data");
  if (type_name == "CNAME") {
    zone.alias(name, text_of(data));
    return;
  }
  const auto type = type_of(type_name);
  if (!type) return;  // SPF (99) and others: nobody asks for them
  switch (*type) {
    case DnsType::txt: {
      std::string joined;
      for (const std::string& part : texts_of(data))
        joined += octets(part);
      zone.txt(name, joined);
      return;
    }
    case DnsType::mx:
      zone.mx(name, static_cast<int>(data.as_array().at(0).to_number<int>()),
              text_of(data.as_array().at(1)));
      return;
    case DnsType::ptr: zone.ptr(name, text_of(data)); return;
    case DnsType::a:
    case DnsType::aaaa: zone.address(name, text_of(data)); return;
  }
}

std::unique_ptr<CorpusCase> case_of(const std::string& line) {
  const json::value value = json::parse(line);
  const json::object& object = value.as_object();
  auto out = std::make_unique<CorpusCase>();
  out->json = line;
  out->id = text_of(object.at("id"));
  out->suite = text_of(object.at("suite"));
  if (object.contains("flags")) out->flags = texts_of(object.at("flags"));
  if (object.contains("contested")) out->contested = text_of(object.at("contested"));
  out->in = map_of(object.at("in"));
  out->expect = map_of(object.at("expect"));
  for (const json::value& record : object.at("dns").as_array())
    add_record(out->zone, record.as_object());
  return out;
}

}  // namespace

std::string CorpusCase::input(const std::string& key) const {
  const auto found = in.find(key);
  return found == in.end() || found->second.empty() ? std::string() : found->second.front();
}

std::string CorpusCase::message() const {
  auto octets_of_message = decode_base64(input("message_b64"));
  if (!octets_of_message) throw std::runtime_error("message_b64 of " + id + " is no base64");
  return *std::move(octets_of_message);
}

std::vector<std::unique_ptr<CorpusCase>> read_corpus(const std::string& file) {
  const char* folder = std::getenv("GATEPOST_CORPORA");
  if (folder == nullptr) throw std::runtime_error("GATEPOST_CORPORA is not set");
  std::ifstream in(std::string(folder) + '/' + file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<std::unique_ptr<CorpusCase>> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.push_back(case_of(line));
  }
  return out;
}

SplitMessage split_message(std::string_view message) {
  SplitMessage out;
  while (!message.empty()) {
    if (message.substr(0, 2) == "\r\n") {
      out.body = message.substr(2);
      return out;
    }
    std::size_t end = 0;
    for (;;) {
      end = message.find("\r\n", end);
      if (end == std::string_view::npos) {
        end = message.size();
        break;
      }
      const std::size_t next = end + 2;
      if (next < message.size() && (message[next] == ' ' || message[next] == '\t')) {
        end = next;
        continue;
      }
      break;
    }
    const std::string_view field = message.substr(0, end);
    message.remove_prefix(std::min(message.size(), end + 2));
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) continue;
    out.fields.emplace_back(field.substr(0, colon), field.substr(colon + 1));
  }
  return out;
}

}  // namespace gatepost::mailauth::testing
