#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace shop {

using Clock = std::chrono::system_clock;

struct Item {
  std::string sku;
  std::int64_t cents = 0;
  Clock::time_point reserved_until;
};

class Cart {
 public:
  void add(Item item) { items_.push_back(std::move(item)); }

  std::size_t size() const { return items_.size(); }

  std::int64_t total_cents() const {
    return std::accumulate(items_.begin(), items_.end(), std::int64_t{0},
                           [](std::int64_t sum, const Item& item) { return sum + item.cents; });
  }

  // Takes out what is no longer reserved and tells how many items that were.
  std::size_t drop_expired(Clock::time_point now) {
    const auto kept = std::remove_if(items_.begin(), items_.end(), [now](const Item& item) {
      return item.reserved_until <= now;
    });
    const auto dropped = std::distance(kept, items_.end());
    items_.erase(kept, items_.end());
    return static_cast<std::size_t>(dropped);
  }

 private:
  std::vector<Item> items_;
};

}  // namespace shop
