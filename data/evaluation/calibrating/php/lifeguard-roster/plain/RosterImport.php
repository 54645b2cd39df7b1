<?php

declare(strict_types=1);

namespace PoolDesk\Roster;

use DateTimeImmutable;
use DateTimeZone;
use RuntimeException;

final class Shift
{
    public function __construct(
        public readonly string $guard,
        public readonly DateTimeImmutable $start,
        public readonly int $minutes,
    ) {
    }
}

/** Reads the weekly roster (guard;start;minutes), one shift a line, first line is the heading. */
final class RosterImport
{
    private const HEADING = ['guard', 'start', 'minutes'];
    private const MAX_SHIFTS = 500;

    public function __construct(private readonly DateTimeZone $zone)
    {
    }

    /** @return list<Shift> */
    public function read(string $path): array
    {
        $file = fopen($path, 'rb');
        if ($file === false) {
            throw new RuntimeException('The roster cannot be opened.');
        }
        try {
            if (fgetcsv($file, null, ';', '"', '') !== self::HEADING) {
                throw new RuntimeException('The roster has no heading.');
            }
            $shifts = [];
            for ($line = 2; ($row = fgetcsv($file, null, ';', '"', '')) !== false; $line++) {
                if ($row === [null]) {
                    continue; // an empty line
                }
                if (count($shifts) === self::MAX_SHIFTS) {
                    throw new RuntimeException('The roster has too many shifts.');
                }
                $shifts[] = $this->shift($row, $line);
            }

            return $shifts;
        } finally {
            fclose($file);
        }
    }

    /** @param list<string|null> $row */
    private function shift(array $row, int $line): Shift
    {
        $guard = trim($row[0] ?? '');
        $start = $this->time(trim($row[1] ?? ''));
        $minutes = filter_var($row[2] ?? '', FILTER_VALIDATE_INT, [
            'options' => ['min_range' => 15, 'max_range' => 720],
        ]);
        if (count($row) !== 3 || $guard === '' || $start === null || $minutes === false) {
            throw new RuntimeException("Line $line of the roster is not a valid shift.");
        }

        return new Shift($guard, $start, $minutes);
    }

    private function time(string $text): ?DateTimeImmutable
    {
        $time = DateTimeImmutable::createFromFormat('!Y-m-d H:i', $text, $this->zone);
        // Rules out days such as 31 February, which would be carried over.
        return $time !== false && $time->format('Y-m-d H:i') === $text ? $time : null;
    }
}
