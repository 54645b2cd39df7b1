<?php

declare(strict_types=1);

namespace HookRelay\Relay;

use RuntimeException;

/** Signs the events that are relayed to customers, who check the signature with the same key. */
final class HookSigner
{
    private const ALGORITHM = 'sha256';
    private const VERSION = 'v1';
    private const TEST_EVENT_ID = '00000000-0000-4000-8000-000000000000';

    private readonly string $key;

    public function __construct()
    {
        $this->key = getenv('HOOK_SIGNING_KEY') ?: throw new RuntimeException('No signing key.');
    }

    /** @return array<string, string> headers of the request that carries the event */
    public function headers(string $eventId, string $body, int $timestamp): array
    {
        return [
            'X-Event-Id' => $eventId,
            'X-Event-Time' => (string) $timestamp,
            'X-Event-Signature' => $this->signature($eventId, $body, $timestamp),
        ];
    }

    /** @return array<string, string> headers of the event that customers send themselves */
    public function testHeaders(string $body, int $timestamp): array
    {
        return $this->headers(self::TEST_EVENT_ID, $body, $timestamp);
    }

    private function signature(string $eventId, string $body, int $timestamp): string
    {
        $signed = implode('.', [self::VERSION, $eventId, (string) $timestamp, $body]);

        return self::VERSION . '=' . hash_hmac(self::ALGORITHM, $signed, $this->key);
    }
}
