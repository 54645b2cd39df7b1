// Visitor figures of a museum; the door sensors report from their own threads.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace museum {

class VisitorCounter {
public:
    void enter(const std::string& room)
    {
        total_.fetch_add(1, std::memory_order_relaxed);
        std::lock_guard<std::mutex> guard(mutex_);
        ++inside_[room];
    }

    void leave(const std::string& room)
    {
        std::lock_guard<std::mutex> guard(mutex_);
        const auto it = inside_.find(room);
        if (it == inside_.end())
            return;
        if (--it->second == 0)
            inside_.erase(it);
    }

    // Visitors since the doors opened, for the display at the desk.
    std::uint64_t total() const { return total_.load(std::memory_order_relaxed); }

    // Rooms with more people in them than the fire rules allow.
    std::vector<std::pair<std::string, unsigned>> crowded(unsigned limit) const
    {
        std::vector<std::pair<std::string, unsigned>> rooms;
        for (const auto& [room, people] : inside_) {
            if (people > limit)
                rooms.emplace_back(room, people);
        }
        return rooms;
    }

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, unsigned> inside_;
    std::atomic<std::uint64_t> total_{0};
};

}  // namespace museum
