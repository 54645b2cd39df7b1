<?php

declare(strict_types=1);

namespace SongSheets\Sheets;

use RuntimeException;

/** The sheets of a choir as PDF files in one folder. */
final class SheetStore
{
    private const EXTENSION = 'pdf';

    public function __construct(private readonly string $folder)
    {
    }

    /** @return list<string> */
    public function names(): array
    {
        $paths = glob($this->folder . '/*.' . self::EXTENSION);
        if ($paths === false) {
            throw new RuntimeException('The folder of the sheets cannot be read.');
        }

        return array_map('basename', $paths);
    }

    /**
     * The bytes of a sheet for the download page.
     *
     * @param string $name as in the link that the singer followed
     */
    public function read(string $name): string
    {
        if (!in_array($name, $this->names(), true)) {
            throw new SheetNotFound('There is no such sheet.');
        }
        $path = $this->folder . '/' . $name;
        if (!is_file($path)) {
            throw new SheetNotFound('There is no such sheet.');
        }
        $bytes = file_get_contents($path);
        if ($bytes === false) {
            throw new RuntimeException('The sheet cannot be read.');
        }

        return $bytes;
    }
}
