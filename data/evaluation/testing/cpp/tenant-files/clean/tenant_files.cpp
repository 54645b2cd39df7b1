#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace vault {

namespace fs = std::filesystem;

// Reads the documents of one tenant, who has a folder such as /srv/vault/acme.
class TenantFiles {
 public:
  TenantFiles(const fs::path& vault, const std::string& tenant)
      : root_(fs::canonical(vault / tenant)) {}

  // `name` is what the tenant's user asked for, e.g. "2024/contract.pdf".
  std::string read(const std::string& name) const {
    const fs::path file = fs::weakly_canonical(root_ / name);
    if (!below_root(file)) {
      throw std::invalid_argument("no document of this tenant: " + name);
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      throw std::runtime_error("document cannot be opened: " + name);
    }
    std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) {
      throw std::runtime_error("document cannot be read: " + name);
    }
    return content;
  }

 private:
  bool below_root(const fs::path& file) const {
    return std::mismatch(root_.begin(), root_.end(), file.begin(), file.end()).first == root_.end();
  }

  const fs::path root_;
};

}  // namespace vault
