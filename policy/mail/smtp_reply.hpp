#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatepost {

/// A 4xx or 5xx SMTP reply that cannot be malformed: the enhanced status code's class matches the
/// reply code (RFC 3463), the text is printable ASCII on one line and short enough for libmilter
/// and for RFC 5321 4.5.3.1.5 clients. An immutable value.
class SmtpReply {
public:
  /// The longest text in octets; libmilter takes 980, the rest is room for escaping.
  static constexpr std::size_t kLongestText = 480;

  /// Nothing where `code` is not 400-599, `enhanced` is no status code of the same class, or
  /// `text` is empty, too long, holds anything but printable ASCII, or starts with a digit
  /// (strict MTAs read that as another reply code).
  static std::optional<SmtpReply> make(int code, std::string_view enhanced, std::string_view text);

  int code() const { return code_; }

  const std::string& enhanced() const { return enhanced_; }

  const std::string& text() const { return text_; }

  bool is_permanent() const { return code_ >= 500; }

  /// `450 4.7.1 text`, as the client sees it.
  std::string line() const;

  friend bool operator==(const SmtpReply&, const SmtpReply&) = default;

private:
  SmtpReply(int code, std::string enhanced, std::string text)
      : code_(code), enhanced_(std::move(enhanced)), text_(std::move(text)) {}

  int code_;
  std::string enhanced_;
  std::string text_;
};

/// `text` made fit for a reply: what is not printable ASCII becomes `?`, and it is cut to `most`
/// octets. For what strangers typed.
std::string reply_safe(std::string_view text, std::size_t most = 128);

}  // namespace gatepost
