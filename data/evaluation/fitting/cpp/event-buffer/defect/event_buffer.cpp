#include <cstddef>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace telemetry {

struct Event {
  std::int64_t at_millis = 0;
  std::string text;
};

// Collects events of all threads; the uploader takes them away in batches.
class EventBuffer {
 public:
  explicit EventBuffer(std::size_t limit) : limit_(limit) {}

  // Drops the event where the buffer is full.
  void add(Event event) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (events_.size() >= limit_) {
      ++dropped_;
      return;
    }
    events_.push_back(std::move(event));
  }

  std::uint64_t dropped() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return dropped_;
  }

  // Puts events back that could not be sent, before those that came meanwhile;
  // until the next take there may be more than the limit.
  void restore(std::vector<Event> unsent) {
    const std::lock_guard<std::mutex> lock(mutex_);
    unsent.insert(unsent.end(), std::make_move_iterator(events_.begin()),
                  std::make_move_iterator(events_.end()));
    events_ = std::move(unsent);
  }

  // All events so far; the buffer is empty afterwards.
  std::vector<Event> take() {
    std::vector<Event> taken;
    taken.swap(events_);
    return taken;
  }

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;
  std::uint64_t dropped_ = 0;
};

}  // namespace telemetry
