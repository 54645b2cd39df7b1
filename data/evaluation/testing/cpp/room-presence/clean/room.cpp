#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chat {

class Connection {
 public:
  explicit Connection(std::string user) : user_(std::move(user)) {}
  const std::string& user() const { return user_; }
  void send(const std::string& text) { outgoing_.push_back(text); }
  const std::vector<std::string>& outgoing() const { return outgoing_; }

 private:
  std::string user_;
  std::vector<std::string> outgoing_;
};

// A room owns no connection: they go when the socket closes. One thread uses a room.
class Room {
 public:
  void join(const std::shared_ptr<Connection>& connection) {
    members_.push_back(connection);
    announce(connection->user() + " is here");
  }

  void announce(const std::string& text) {
    for (const auto& member : members_) {
      if (const auto connection = member.lock()) {
        connection->send(text);
      }
    }
  }

  // Sends a text to one user, who may be there with several devices.
  std::size_t whisper(const std::string& user, const std::string& text) {
    std::size_t reached = 0;
    for (const auto& member : members_) {
      const auto connection = member.lock();
      if (connection && connection->user() == user) {
        connection->send(text);
        ++reached;
      }
    }
    return reached;
  }

  void forget_closed() {
    members_.erase(std::remove_if(members_.begin(), members_.end(),
                                  [](const auto& member) { return member.expired(); }),
                   members_.end());
  }

 private:
  std::vector<std::weak_ptr<Connection>> members_;
};

}  // namespace chat
