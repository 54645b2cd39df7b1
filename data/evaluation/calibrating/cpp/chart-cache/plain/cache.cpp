// Keeps the star chart tiles that were used last, shared by the render threads.
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

namespace charts {

using TileId = std::uint64_t;
using Tile = std::vector<std::uint8_t>;
using TilePtr = std::shared_ptr<const Tile>;

class TileCache {
public:
    explicit TileCache(std::size_t capacity) : capacity_(capacity)
    {
        if (capacity == 0)
            throw std::invalid_argument("the tile cache needs room for one tile");
    }

    TileCache(const TileCache&) = delete;
    TileCache& operator=(const TileCache&) = delete;

    // The tile, or null if it must be rendered first.
    TilePtr find(TileId id)
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        const auto it = index_.find(id);
        if (it == index_.end())
            return nullptr;
        recent_.splice(recent_.begin(), recent_, it->second);
        return it->second->second;
    }

    void store(TileId id, TilePtr tile)
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        if (const auto it = index_.find(id); it != index_.end()) {
            it->second->second = std::move(tile);
            recent_.splice(recent_.begin(), recent_, it->second);
            return;
        }
        if (recent_.size() == capacity_) {
            index_.erase(recent_.back().first);
            recent_.pop_back();
        }
        recent_.emplace_front(id, std::move(tile));
        index_.emplace(id, recent_.begin());
    }

    std::size_t size() const
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        return recent_.size();
    }

private:
    using Entry = std::pair<TileId, TilePtr>;

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::list<Entry> recent_;
    std::unordered_map<TileId, std::list<Entry>::iterator> index_;
};

}  // namespace charts
