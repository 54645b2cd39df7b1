<?php

declare(strict_types=1);

namespace CityWalks\Drafts;

use InvalidArgumentException;
use UnexpectedValueException;

/** What a guide has entered so far; travels in a hidden form field between the steps. */
final class TourDraft
{
    /** @param list<string> $stops */
    public function __construct(
        public readonly int $guideId,
        public readonly string $title,
        public readonly array $stops,
    ) {
    }
}

final class DraftToken
{
    private const MAX_LENGTH = 16384;

    public function __construct(private readonly string $key)
    {
        if (strlen($key) < 32) {
            throw new InvalidArgumentException('The signing key needs at least 32 bytes.');
        }
    }

    public function encode(TourDraft $draft): string
    {
        $payload = serialize($draft);

        return base64_encode($payload) . '.' . $this->sign($payload);
    }

    public function decode(string $token): TourDraft
    {
        if (strlen($token) > self::MAX_LENGTH || substr_count($token, '.') !== 1) {
            throw new UnexpectedValueException('This draft cannot be read.');
        }
        [$encoded, $signature] = explode('.', $token);
        $payload = base64_decode($encoded, true);
        if ($payload === false) {
            throw new UnexpectedValueException('This draft cannot be read.');
        }

        if (!hash_equals($this->sign($payload), $signature)) {
            throw new UnexpectedValueException('This draft has been altered.');
        }
        $draft = unserialize($payload, ['allowed_classes' => [TourDraft::class]]);
        if (!$draft instanceof TourDraft) {
            throw new UnexpectedValueException('This draft cannot be read.');
        }

        return $draft;
    }

    private function sign(string $payload): string
    {
        return hash_hmac('sha256', $payload, $this->key);
    }
}
