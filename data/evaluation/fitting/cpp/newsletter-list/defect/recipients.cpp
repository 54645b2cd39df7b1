#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <vector>

namespace mailer {

struct Recipient {
  std::string address;
  std::string name;
};

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool by_address(const Recipient& a, const Recipient& b) { return a.address < b.address; }

bool same_address(const Recipient& a, const Recipient& b) { return a.address == b.address; }

}  // namespace

// Merges the lists of an issue; each address receives it once.
std::vector<Recipient> merge(const std::vector<std::vector<Recipient>>& lists) {
  std::size_t total = 0;
  for (const auto& list : lists) {
    total += list.size();
  }
  std::vector<Recipient> merged;
  merged.reserve(total);
  for (const auto& list : lists) {
    for (const Recipient& recipient : list) {
      if (!recipient.address.empty()) {
        merged.push_back({lower(recipient.address), recipient.name});
      }
    }
  }
  merged.erase(std::unique(merged.begin(), merged.end(), same_address), merged.end());
  std::stable_sort(merged.begin(), merged.end(), by_address);
  return merged;
}

}  // namespace mailer
