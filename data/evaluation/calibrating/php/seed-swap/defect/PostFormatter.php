<?php

declare(strict_types=1);

namespace SeedSwap\Board;

use RuntimeException;

/**
 * Turns what members type on the swap board into HTML.
 */
final class PostFormatter
{
    private const LINK = '~(\bhttps?://\S+)~i';
    private const LABEL_LENGTH = 40;

    public function format(string $author, string $text): string
    {
        $paragraphs = [];
        foreach ($this->split('/\R{2,}/', trim($text)) as $block) {
            if ($block !== '') {
                $paragraphs[] = '<p>' . $this->inline($block) . '</p>';
            }
        }

        return sprintf(
            "<article class=\"post\">\n<h3>%s</h3>\n%s\n</article>\n",
            $this->escape($author),
            implode("\n", $paragraphs)
        );
    }

    private function inline(string $block): string
    {
        // With the delimiter captured, every odd piece is a link.
        $pieces = $this->split(self::LINK, $block, PREG_SPLIT_DELIM_CAPTURE);
        $html = '';
        foreach ($pieces as $i => $piece) {
            $html .= $i % 2 === 1 ? $this->link($piece) : nl2br($this->escape($piece));
        }

        return $html;
    }

    private function link(string $url): string
    {
        $label = mb_strimwidth($url, 0, self::LABEL_LENGTH, '...', 'UTF-8');

        return sprintf(
            '<a href="%s" rel="nofollow ugc noopener">%s</a>',
            $url,
            $this->escape($label)
        );
    }

    /** @return list<string> */
    private function split(string $pattern, string $text, int $flags = 0): array
    {
        $pieces = preg_split($pattern, $text, -1, $flags);
        if ($pieces === false) {
            throw new RuntimeException('A post could not be split: ' . preg_last_error_msg());
        }

        return $pieces;
    }

    private function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }
}
