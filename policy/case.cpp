#include "policy/case.hpp"

#include <charconv>

namespace gatepost {
namespace {

using Fields = std::map<std::string, std::string, std::less<>>;

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      default: out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out += value[i];
      continue;
    }
    const char c = value[++i];
    out += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
  }
  return out;
}

class Writer {
public:
  void put(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text_.append(name).append("=").append(escaped(value)).append("\n");
  }

  void put(std::string_view name, std::int64_t value) { put(name, std::to_string(value)); }

  void put(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) put(name, *value);
  }

  void put(std::string_view name, Time value) {
    put(name, static_cast<std::int64_t>(value.time_since_epoch().count()));
  }

  std::string text() && { return std::move(text_); }

private:
  std::string text_;
};

class Reader {
public:
  explicit Reader(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      const auto equals = line.find('=');
      if (equals != std::string_view::npos) {
        fields_.emplace(line.substr(0, equals), unescaped(line.substr(equals + 1)));
      }
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }

  std::string text(std::string_view name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? "" : found->second;
  }

  std::optional<std::int64_t> number(std::string_view name) const {
    const std::string value = text(name);
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
    if (value.empty() || error != std::errc{} || end != value.data() + value.size()) return {};
    return out;
  }

  std::optional<Time> time(std::string_view name) const {
    const auto value = number(name);
    if (!value) return {};
    return Time(std::chrono::milliseconds(*value));
  }

private:
  Fields fields_;
};

void put_origin(Writer& out, const std::string& prefix, const Origin& origin) {
  out.put(prefix + "origin", static_cast<std::int64_t>(origin.kind));
  out.put(prefix + "origin.name", origin.name);
  out.put(prefix + "origin.file", origin.place.file);
  out.put(prefix + "origin.line", std::int64_t{origin.place.line});
  out.put(prefix + "origin.column", std::int64_t{origin.place.column});
}

std::optional<Origin> read_origin(const Reader& in, const std::string& prefix) {
  const auto kind = in.number(prefix + "origin");
  if (!kind || *kind < 0 || *kind > static_cast<int>(Origin::Kind::server)) return {};
  return Origin{static_cast<Origin::Kind>(*kind), in.text(prefix + "origin.name"),
                Place{in.text(prefix + "origin.file"),
                      static_cast<int>(in.number(prefix + "origin.line").value_or(0)),
                      static_cast<int>(in.number(prefix + "origin.column").value_or(0))}};
}

void put_finding(Writer& out, const std::string& prefix, const Finding& finding) {
  const Figures& figures = finding.figures;
  out.put(prefix + "rule", name(finding.rule));
  out.put(prefix + "outcome", static_cast<std::int64_t>(finding.outcome));
  out.put(prefix + "reason", name(finding.reason));
  out.put(prefix + "about", finding.about);
  out.put(prefix + "detail", finding.detail);
  out.put(prefix + "used", figures.used);
  out.put(prefix + "amount", figures.amount);
  if (figures.limit) {
    out.put(prefix + "window", std::int64_t{figures.limit->window.length.count()});
    out.put(prefix + "limit", figures.limit->count);
  }
  if (figures.origin) put_origin(out, prefix, *figures.origin);
  if (figures.clears_at) out.put(prefix + "clears_at", *figures.clears_at);
  if (figures.local) out.put(prefix + "local", std::int64_t{1});
}

std::optional<Finding> read_finding(const Reader& in, const std::string& prefix) {
  const auto rule = rule_from_name(in.text(prefix + "rule"));
  const auto reason = reason_from_name(in.text(prefix + "reason"));
  const auto outcome = in.number(prefix + "outcome");
  if (!rule || !reason || !outcome || *outcome < 0 || *outcome > 2) return {};
  Finding out{.rule = *rule,
              .outcome = static_cast<Outcome>(*outcome),
              .reason = *reason,
              .figures = {},
              .about = in.text(prefix + "about"),
              .detail = in.text(prefix + "detail")};
  out.figures.used = in.number(prefix + "used");
  out.figures.amount = in.number(prefix + "amount");
  if (const auto window = in.number(prefix + "window")) {
    out.figures.limit = Limit{in.number(prefix + "limit"), {std::chrono::seconds(*window)}};
  }
  out.figures.origin = read_origin(in, prefix);
  out.figures.clears_at = in.time(prefix + "clears_at");
  out.figures.local = in.number(prefix + "local").value_or(0) == 1;
  return out;
}

std::string trace_prefix(std::size_t index) {
  return "trace." + std::to_string(index) + '.';
}

}  // namespace

std::string encode(const Case& record) {
  Writer out;
  out.put("reference", record.reference.text());
  out.put("subject", record.subject.text());
  out.put("channel", name(record.channel));
  out.put("first", record.first);
  out.put("last", record.last);
  out.put("count", record.count);
  out.put("verdict", record.verdict);
  out.put("reply", record.reply);
  out.put("client", record.client);
  out.put("client_name", record.client_name);
  out.put("daemon_name", record.daemon_name);
  out.put("login", record.login);
  out.put("server", record.server);
  out.put("sender", record.sender);
  out.put("recipient", record.recipient);
  out.put("queue_id", record.queue_id);
  out.put("host", record.host);
  put_finding(out, "", record.decisive);
  for (std::size_t i = 0; i < record.trace.size(); ++i) {
    put_finding(out, trace_prefix(i), record.trace[i]);
  }
  return std::move(out).text();
}

std::optional<Case> decode_case(std::string_view text) {
  const Reader in(text);
  const auto reference = Reference::parse(in.text("reference"));
  const auto channel = channel_from_name(in.text("channel"));
  const auto first = in.time("first");
  const auto last = in.time("last");
  auto decisive = read_finding(in, "");
  if (!reference || !channel || !first || !last || !decisive) return {};
  Case out{.reference = *reference,
           .subject = Subject::from_text(in.text("subject")),
           .channel = *channel,
           .first = *first,
           .last = *last,
           .count = in.number("count").value_or(1),
           .verdict = in.text("verdict"),
           .reply = in.text("reply"),
           .client = in.text("client"),
           .client_name = in.text("client_name"),
           .daemon_name = in.text("daemon_name"),
           .login = in.text("login"),
           .server = in.text("server"),
           .sender = in.text("sender"),
           .recipient = in.text("recipient"),
           .queue_id = in.text("queue_id"),
           .host = in.text("host"),
           .decisive = std::move(*decisive),
           .trace = {}};
  while (auto finding = read_finding(in, trace_prefix(out.trace.size()))) {
    out.trace.push_back(std::move(*finding));
  }
  return out;
}

}  // namespace gatepost
