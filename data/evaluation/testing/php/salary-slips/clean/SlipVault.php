<?php

declare(strict_types=1);

namespace SalarySlips\Storage;

use RuntimeException;
use SensitiveParameter;

/** Encrypts salary slips before they go to the object store. */
final class SlipVault
{
    private const CIPHER = 'aes-256-cbc';
    private const MAC_BYTES = 32;

    private readonly string $cipherKey;
    private readonly string $macKey;

    public function __construct(#[SensitiveParameter] string $masterKey)
    {
        if (strlen($masterKey) !== 32) {
            throw new RuntimeException('The master key has 32 bytes.');
        }
        $keyLength = openssl_cipher_key_length(self::CIPHER);
        $this->cipherKey = hash_hkdf('sha256', $masterKey, $keyLength, 'slip-cipher');
        $this->macKey = hash_hkdf('sha256', $masterKey, 32, 'slip-mac');
    }

    public function seal(string $slip): string
    {
        $iv = random_bytes(openssl_cipher_iv_length(self::CIPHER));
        $sealed = openssl_encrypt($slip, self::CIPHER, $this->cipherKey, OPENSSL_RAW_DATA, $iv);
        if ($sealed === false) {
            throw new RuntimeException('The slip cannot be encrypted.');
        }

        return $this->mac($iv . $sealed) . $iv . $sealed;
    }

    public function open(string $stored): string
    {
        $mac = substr($stored, 0, self::MAC_BYTES);
        $rest = substr($stored, self::MAC_BYTES);
        if (!hash_equals($this->mac($rest), $mac)) {
            throw new RuntimeException('The stored slip was changed.');
        }
        $ivLength = openssl_cipher_iv_length(self::CIPHER);
        $iv = substr($rest, 0, $ivLength);
        $sealed = substr($rest, $ivLength);
        $slip = openssl_decrypt($sealed, self::CIPHER, $this->cipherKey, OPENSSL_RAW_DATA, $iv);
        if ($slip === false) {
            throw new RuntimeException('The slip cannot be decrypted.');
        }

        return $slip;
    }

    private function mac(string $bytes): string
    {
        return hash_hmac('sha256', $bytes, $this->macKey, true);
    }
}
