<?php

declare(strict_types=1);

namespace CourierQuotes\Courier;

use GuzzleHttp\ClientInterface;
use GuzzleHttp\Exception\GuzzleException;
use JsonException;

/** Asks the courier what a delivery costs. */
final class QuoteClient
{
    private const URL = 'https://api.swift-courier.example/v2/quotes';
    private const TIMEOUT_SECONDS = 8;
    private const SERVICE_LEVEL = 'next-day-before-noon';

    public function __construct(
        private readonly ClientInterface $http,
        #[\SensitiveParameter] private readonly string $token,
    ) {
    }

    /** The price in cents. */
    public function price(string $postcode, int $grams): int
    {
        try {
            $response = $this->http->request('POST', self::URL, [
                'timeout' => self::TIMEOUT_SECONDS,
                'http_errors' => true,
                'headers' => ['Authorization' => 'Bearer ' . $this->token],
                'json' => [
                    'to' => $postcode,
                    'grams' => $grams,
                    'service' => self::SERVICE_LEVEL,
                ],
            ]);
            $body = (string) $response->getBody();
            $quote = json_decode($body, true, 8, JSON_THROW_ON_ERROR);
        } catch (GuzzleException | JsonException $error) {
            throw new NoQuote('The courier gave no quote.', 0, $error);
        }
        if (!is_array($quote) || !is_int($quote['price_cents'] ?? null)) {
            throw new NoQuote('The quote has no price.');
        }

        return $quote['price_cents'];
    }
}
