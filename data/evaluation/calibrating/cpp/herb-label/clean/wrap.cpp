// Breaks the text of herb labels into lines for the label printer, which
// knows plain ASCII only.
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace labels {

namespace {

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    const auto last = text.find_last_not_of(' ');
    return text.substr(first, last - first + 1);
}

void addLine(std::vector<std::string>& lines, std::string_view line)
{
    const auto text = trim(line);
    if (!text.empty())
        lines.emplace_back(text);
}

}  // namespace

// Breaks at blanks; a word that is too long for a line is split.
std::vector<std::string> wrap(std::string_view text, std::size_t width)
{
    if (width == 0)
        throw std::invalid_argument("a label line needs at least one column");

    std::vector<std::string> lines;
    std::string_view rest = trim(text);
    while (rest.size() > width) {
        auto cut = rest.rfind(' ', width);
        if (cut == std::string_view::npos)
            cut = width;
        addLine(lines, rest.substr(0, cut));
        rest = trim(rest.substr(cut));
    }
    addLine(lines, rest);
    return lines;
}

}  // namespace labels
