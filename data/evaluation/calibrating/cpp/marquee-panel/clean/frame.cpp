// Frames for the LED panels over the cinema's entrance.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

namespace marquee {

constexpr std::size_t kHeaderBytes = 3;
constexpr std::size_t kTextCells = 60;
constexpr std::uint8_t kSync = 0xA5;

enum class Scroll : std::uint8_t { Still = 0, Left = 1, Blink = 2 };

// header, text padded with blanks, checksum
using Frame = std::array<std::uint8_t, kHeaderBytes + kTextCells + 1>;

namespace {

std::uint8_t checksum(const Frame& frame)
{
    const unsigned sum =
        std::accumulate(frame.begin(), frame.end() - 1, 0u);
    return static_cast<std::uint8_t>(sum & 0xFFu);
}

}  // namespace

Frame buildFrame(std::uint8_t panel, Scroll scroll, std::string_view text)
{
    Frame frame;
    frame.fill(' ');
    frame[0] = kSync;
    frame[1] = panel;
    frame[2] = static_cast<std::uint8_t>(scroll);
    std::copy_n(text.begin(), std::min(text.size(), kTextCells),
                frame.begin() + kHeaderBytes);
    frame.back() = checksum(frame);
    return frame;
}

// One frame per panel, the same text on all of them.
std::vector<Frame> broadcast(const std::vector<std::uint8_t>& panels,
                             Scroll scroll, std::string_view text)
{
    std::vector<Frame> frames;
    frames.reserve(panels.size());
    for (const std::uint8_t panel : panels)
        frames.push_back(buildFrame(panel, scroll, text));
    return frames;
}

}  // namespace marquee
