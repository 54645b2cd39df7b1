// Reads finish times of a rowing regatta and writes the table of results.
#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <istream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace regatta {

struct Finish {
    int lane;
    double seconds;
    std::string club;
};

// One boat a line: lane, seconds, club. Blank lines are skipped.
std::vector<Finish> readFinishes(std::istream& in)
{
    std::vector<Finish> finishes;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (line.find_first_not_of(" \t") == std::string::npos)
            continue;
        std::istringstream fields(line);
        Finish finish{};
        if (!(fields >> finish.lane >> finish.seconds >> std::ws) ||
            !std::getline(fields, finish.club) || finish.lane < 1 ||
            !(finish.seconds > 0))
            throw std::runtime_error("line " + std::to_string(number) +
                                     " is not a finish");
        finishes.push_back(std::move(finish));
    }
    if (in.bad())
        throw std::runtime_error("the finish times could not be read");
    return finishes;
}

void writeResults(std::ostream& out, std::vector<Finish> finishes)
{
    std::stable_sort(finishes.begin(), finishes.end(),
                     [](const Finish& a, const Finish& b) { return a.seconds < b.seconds; });

    std::ostringstream table;
    table << std::fixed << std::setprecision(2);
    std::size_t rank = 0;
    for (std::size_t i = 0; i < finishes.size(); ++i) {
        // boats with the same time share a rank
        if (i == 0 || finishes[i].seconds > finishes[i - 1].seconds)
            rank = i + 1;
        table << std::setw(3) << rank << "  lane " << finishes[i].lane << "  "
              << std::setw(8) << finishes[i].seconds << "  +"
              << finishes[i].seconds - finishes[0].seconds << "  "
              << finishes[i].club << '\n';
    }

    out << table.str() << std::flush;
    if (!out)
        throw std::runtime_error("the results could not be written");
}

}  // namespace regatta
