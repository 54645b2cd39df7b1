#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plant {

struct Alarm {
  std::string site;
  std::string unit;
  int code = 0;

  // The topic that operators subscribe to, e.g. "north/boiler-3".
  std::string topic() const { return site + "/" + unit; }
};

class AlarmRouter {
 public:
  void subscribe(std::string topic, std::string operator_name) {
    subscribers_[std::move(topic)].push_back(std::move(operator_name));
  }

  // Operators to call for an alarm: those of its unit, else those of its site.
  std::vector<std::string> receivers(const Alarm& alarm) const {
    const std::string topic = alarm.topic();
    auto found = subscribers_.find(topic);
    if (found == subscribers_.end()) {
      found = subscribers_.find(site_of(topic));
    }
    if (found == subscribers_.end()) {
      return {};
    }
    return found->second;
  }

 private:
  static std::string_view site_of(std::string_view topic) {
    return topic.substr(0, topic.find('/'));
  }

  std::map<std::string, std::vector<std::string>, std::less<>> subscribers_;
};

}  // namespace plant
