#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace planetarium {

using Seats = std::vector<std::size_t>;

struct Grant {
    int visitor;
    Seats seats;
};

class Show {
public:
    explicit Show(std::size_t seats) : taken_(seats, false) {}

    // The seats, or nothing if there are not enough of them.
    std::optional<Seats> reserve(std::size_t count)
    {
        std::lock_guard<std::mutex> guard(mutex_);
        return pickSeats(count);
    }

    // For a visitor whom reserve() could not serve.
    void waitFor(int visitor, std::size_t count)
    {
        std::lock_guard<std::mutex> guard(mutex_);
        if (count == 0 || count > taken_.size())
            throw std::invalid_argument("no show has that many seats");
        waiting_.push_back({visitor, count});
    }

    // Gives a seat back; the first in the queue may get theirs by that.
    std::optional<Grant> giveBack(std::size_t seat)
    {
        std::lock_guard<std::mutex> guard(mutex_);
        taken_.at(seat) = false;
        if (waiting_.empty())
            return std::nullopt;
        const Waiting next = waiting_.front();
        auto seats = pickSeats(next.count);
        if (!seats)
            return std::nullopt;
        waiting_.pop_front();
        return Grant{next.visitor, std::move(*seats)};
    }

private:
    struct Waiting {
        int visitor;
        std::size_t count;
    };

    std::optional<Seats> pickSeats(std::size_t count)
    {
        const auto open = std::count(taken_.begin(), taken_.end(), false);
        if (static_cast<std::size_t>(open) < count)
            return std::nullopt;
        Seats picked;
        for (std::size_t i = 0; i < taken_.size() && picked.size() < count; ++i) {
            if (!taken_[i]) {
                taken_[i] = true;
                picked.push_back(i);
            }
        }
        return picked;
    }

    std::mutex mutex_;
    std::vector<bool> taken_;
    std::deque<Waiting> waiting_;
};

}  // namespace planetarium
