#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace access {

// What the visitor form sends; the texts are as typed.
struct Visitor {
  std::string name;
  std::string company;
  std::uint32_t badge = 0;
  std::uint16_t floor = 0;
};

// The layout that the door controllers read; texts are padded with zeros.
struct BadgeRecord {
  std::uint32_t badge;
  std::uint16_t floor;
  std::uint16_t flags;
  char name[32];
  char company[16];
};

static_assert(sizeof(BadgeRecord) == 56, "the controllers expect 56 bytes");

constexpr std::uint16_t kVisitorFlag = 0x0004;

BadgeRecord encode(const Visitor& visitor) {
  BadgeRecord record{};
  record.badge = visitor.badge;
  record.floor = visitor.floor;
  record.flags = kVisitorFlag;
  std::memcpy(record.name, visitor.name.data(),
              std::min(visitor.name.size(), sizeof(record.name)));
  std::memcpy(record.company, visitor.company.data(),
              std::min(visitor.company.size(), sizeof(record.company)));
  return record;
}

// The records of all visitors of a day, in the order of their badges.
std::vector<std::uint8_t> encode_all(std::vector<Visitor> visitors) {
  std::sort(visitors.begin(), visitors.end(),
            [](const Visitor& a, const Visitor& b) { return a.badge < b.badge; });
  std::vector<std::uint8_t> bytes;
  bytes.reserve(visitors.size() * sizeof(BadgeRecord));
  for (const Visitor& visitor : visitors) {
    const BadgeRecord record = encode(visitor);
    std::array<std::uint8_t, sizeof(BadgeRecord)> raw;
    std::memcpy(raw.data(), &record, sizeof(record));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  }
  return bytes;
}

}  // namespace access
