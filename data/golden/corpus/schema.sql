-- Tables of the shop; run once on an empty database.
CREATE TABLE IF NOT EXISTS customer (
    id          BIGINT       PRIMARY KEY,
    name        VARCHAR(200) NOT NULL,
    email       VARCHAR(320) UNIQUE,
    created_at  TIMESTAMP    DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE IF NOT EXISTS purchase (
    id          BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customer (id),
    amount      DECIMAL(12, 2) NOT NULL CHECK (amount >= 0.00)
);

SELECT c.name, COUNT(*) AS purchases, SUM(p.amount) AS spent
FROM customer AS c
LEFT JOIN purchase AS p ON p.customer_id = c.id
WHERE c.created_at >= '2024-02-29' AND c.email LIKE '%@example.com'
GROUP BY c.name
HAVING SUM(p.amount) > 1000
ORDER BY spent DESC, c.name
LIMIT 25;
