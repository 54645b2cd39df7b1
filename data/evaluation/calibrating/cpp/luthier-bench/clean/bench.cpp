#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace luthier {

using Clock = std::chrono::system_clock;

struct Job {
    std::string owner;
    std::string instrument;
    Clock::time_point received;
    bool started = false;
};

class Bench {
public:
    using Notify = std::function<void(const std::string& owner, const std::string& text)>;

    explicit Bench(Notify notify) : notify_(std::move(notify))
    {
        if (!notify_)
            throw std::invalid_argument("a bench needs a notifier");
    }

    int accept(std::string owner, std::string instrument)
    {
        const int id = nextId_++;
        jobs_.emplace(id, Job{std::move(owner), std::move(instrument), Clock::now()});
        return id;
    }

    void start(int id) { jobs_.at(id).started = true; }

    void finish(int id)
    {
        const Job job = jobs_.at(id);
        if (!job.started)
            throw std::logic_error("the job was never started");
        archive(id);
        notify_(job.owner, "Your " + job.instrument + " is ready");
    }

    // Gives up jobs that nobody has started since the given time.
    std::size_t dropStale(Clock::time_point before)
    {
        std::size_t dropped = 0;
        for (auto it = jobs_.begin(); it != jobs_.end();) {
            if (!it->second.started && it->second.received < before) {
                it = jobs_.erase(it);
                ++dropped;
            } else {
                ++it;
            }
        }
        return dropped;
    }

    std::size_t finished() const { return finished_; }

private:
    void archive(int id)
    {
        jobs_.erase(id);
        ++finished_;
    }

    Notify notify_;
    std::map<int, Job> jobs_;
    int nextId_ = 1;
    std::size_t finished_ = 0;
};

}  // namespace luthier
