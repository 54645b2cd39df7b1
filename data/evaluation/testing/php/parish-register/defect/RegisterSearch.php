<?php

declare(strict_types=1);

namespace ParishRegister\Register;

use DOMDocument;
use DOMXPath;
use InvalidArgumentException;

/** Searches the transcribed register; sealed entries are for the archive's staff only. */
final class RegisterSearch
{
    private const SURNAME = '/\A[\p{L}][\p{L} -]{0,59}\z/u';

    private readonly DOMXPath $register;

    public function __construct(DOMDocument $document)
    {
        $this->register = new DOMXPath($document);
    }

    /**
     * @param string $surname what a visitor typed, may be empty
     * @param string $year what a visitor typed, may be empty
     *
     * @return list<array{kind: string, surname: string, year: string}>
     */
    public function find(string $surname, string $year): array
    {
        $conditions = ['not(@sealed)'];
        if ($surname !== '') {
            if (preg_match(self::SURNAME, $surname) !== 1) {
                throw new InvalidArgumentException('A surname has letters, blanks and hyphens.');
            }
            $conditions[] = "surname='" . $surname . "'";
        }
        if ($year !== '') {
            $conditions[] = '@year=' . $year;
        }
        $nodes = $this->register->query('/register/entry[' . implode(' and ', $conditions) . ']');
        if ($nodes === false) {
            throw new InvalidArgumentException('The search cannot be run.');
        }
        $entries = [];
        foreach ($nodes as $entry) {
            $entries[] = [
                'kind' => $entry->getAttribute('kind'),
                'surname' => $this->register->evaluate('string(surname)', $entry),
                'year' => $entry->getAttribute('year'),
            ];
        }

        return $entries;
    }
}
