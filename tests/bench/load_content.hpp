#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load_options.hpp"
#include "tests/milter_client/macros.hpp"
#include "tests/milter_client/wire.hpp"

namespace gatepost::bench {

/// Everything from the first header to the end of the message, made ready once for a negotiation,
/// since it is the same for all messages but for the queue id in its macros and the author.
class LoadContent {
public:
  LoadContent(const LoadOptions& options, const test::Negotiated& negotiated);

  /// Puts the queue id in, which must be kQueueIdSize long.
  void set_queue_id(std::string_view id);
  /// Makes the From field name `address`, of at most kLongestAuthor.
  void set_author(std::string_view address);
  /// The packets of piece `n`; after each piece one reply is awaited, after the last the final one.
  std::string_view piece(std::size_t n) const;

  std::size_t pieces() const { return ends_.size(); }

  static constexpr std::size_t kQueueIdSize = 11;
  static constexpr std::size_t kLongestAuthor = 60;

private:
  /// Appends macros of `stage` before `command`, keeping the place of the queue id.
  void append_macros(test::Command command, test::Stage stage);

  void end_piece() { ends_.push_back(bytes_.size()); }

  test::MacroLists lists_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<std::size_t> queue_ids_;
  std::size_t author_ = std::string::npos;  // where the From field's angle address begins
};

}  // namespace gatepost::bench
