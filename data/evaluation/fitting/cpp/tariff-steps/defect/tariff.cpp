#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace billing {

struct Step {
  std::int64_t from_litres;
  std::int64_t cents_per_cubic_metre;
};

class Tariff {
 public:
  // Steps start at zero litres and ascend.
  explicit Tariff(std::vector<Step> steps) : steps_(std::move(steps)) {
    if (steps_.empty() || steps_.front().from_litres != 0) {
      throw std::invalid_argument("a tariff starts at zero litres");
    }
    for (std::size_t i = 1; i < steps_.size(); ++i) {
      if (steps_[i].from_litres <= steps_[i - 1].from_litres) {
        throw std::invalid_argument("steps of a tariff ascend");
      }
    }
  }

  // The last step that starts at or below the consumption.
  const Step& step_of(std::int64_t litres) const {
    if (litres < 0) {
      throw std::invalid_argument("consumption is negative");
    }
    std::size_t low = 0;
    std::size_t high = steps_.size() - 1;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (steps_[middle].from_litres <= litres) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return steps_[low];
  }

 private:
  std::vector<Step> steps_;
};

}  // namespace billing
