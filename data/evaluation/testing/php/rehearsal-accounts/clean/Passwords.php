<?php

declare(strict_types=1);

namespace RehearsalPlanner\Account;

use PDO;

/** Passwords of members; each row has a salt of its own. */
final class Passwords
{
    private const SALT_BYTES = 16;
    private const MIN_LENGTH = 10;
    private const MAX_LENGTH = 200;

    public function __construct(private readonly PDO $database)
    {
    }

    public function set(int $memberId, #[\SensitiveParameter] string $password): void
    {
        $length = strlen($password);
        if ($length < self::MIN_LENGTH || $length > self::MAX_LENGTH) {
            throw new PasswordRejected('A password has 10 to 200 bytes.');
        }
        $salt = bin2hex(random_bytes(self::SALT_BYTES));
        $update = $this->database->prepare(
            'UPDATE members SET password_salt = ?, password_digest = ? WHERE id = ?'
        );
        $update->execute([$salt, $this->digest($password, $salt), $memberId]);
    }

    public function matches(int $memberId, #[\SensitiveParameter] string $password): bool
    {
        if (strlen($password) > self::MAX_LENGTH) {
            return false;
        }
        $select = $this->database->prepare(
            'SELECT password_salt, password_digest FROM members WHERE id = ?'
        );
        $select->execute([$memberId]);
        $row = $select->fetch(PDO::FETCH_ASSOC);
        if ($row === false || $row['password_digest'] === null) {
            return false;
        }

        return hash_equals(
            $row['password_digest'],
            $this->digest($password, $row['password_salt'])
        );
    }

    private function digest(#[\SensitiveParameter] string $password, string $salt): string
    {
        return hash_pbkdf2('sha256', $password, $salt, 600_000);
    }
}
