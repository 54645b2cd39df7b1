#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace reports {

struct Request {
  std::string customer;
  std::string folder;
  int year = 0;
  int month = 0;
};

// Runs tasks one after the other on a thread of its own.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}

  ~Worker() {
    post(nullptr);
    thread_.join();
  }

  void post(std::function<void()> task) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ready_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      ready_.wait(lock, [this] { return !tasks_.empty(); });
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      if (!task) {
        return;
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
  std::thread thread_;
};

// Has a report written in the background, named after its month.
void enqueue(Worker& worker, const Request& request) {
  const std::string month = std::to_string(request.year) + "-" + std::to_string(request.month);
  worker.post([month, request] {
    std::ofstream out(request.folder + "/" + month + ".txt");
    out << "Report for " << request.customer << ", " << month << '\n';
    if (!out.flush()) {
      std::cerr << "report " << month << " was not written\n";
    }
  });
}

}  // namespace reports
