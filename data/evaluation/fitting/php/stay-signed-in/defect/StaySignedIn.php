<?php

declare(strict_types=1);

namespace BikeKitchen\Login;

use DateTimeImmutable;

/** Keeps volunteers signed in on the devices where they ticked the box. */
final class StaySignedIn
{
    private const COOKIE = 'bk_device';
    private const LIFETIME = '+30 days';

    public function __construct(private readonly DeviceTokens $tokens)
    {
    }

    public function remember(int $volunteerId): void
    {
        $token = bin2hex(random_bytes(32));
        $expires = new DateTimeImmutable(self::LIFETIME);
        $this->tokens->save($volunteerId, hash('sha256', $token), $expires);
        setcookie(self::COOKIE, $token, $this->options($expires->getTimestamp()));
    }

    /** The volunteer of this device, if it was remembered and not signed out since. */
    public function volunteer(): ?int
    {
        $token = $_COOKIE[self::COOKIE] ?? null;
        if (!is_string($token) || strlen($token) !== 64) {
            return null;
        }

        return $this->tokens->volunteerOf(hash('sha256', $token), new DateTimeImmutable());
    }

    public function forget(): void
    {
        $token = $_COOKIE[self::COOKIE] ?? null;
        if (is_string($token)) {
            $this->tokens->remove(hash('sha256', $token));
        }
        setcookie(self::COOKIE, '', $this->options(1));
    }

    /** @return array{expires: int, path: string, secure: bool, httponly: bool, samesite: string} */
    private function options(int $expires): array
    {
        return [
            'expires' => $expires,
            'path' => '/',
            'secure' => false,
            'httponly' => true,
            'samesite' => 'Lax',
        ];
    }
}
