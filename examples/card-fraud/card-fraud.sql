-- Cards that are used in bursts: three payments or more within five minutes of quiet, from more than one country.
SET 'auto.offset.reset' = 'earliest';

CREATE STREAM payments (card STRING KEY, amount DECIMAL(10, 2), country STRING, paid TIMESTAMP)
  WITH (kafka_topic = 'payments', value_format = 'JSON', partitions = 1, timestamp = 'paid');

-- A session lasts while payments of one card follow each other within five minutes. A row is written once, when it is over.
-- They are kept for a day: card times may jump by hours, and a session that is given up before its turn has no result.
CREATE TABLE bursts AS
  SELECT card,
         COUNT(*) AS payments,
         COUNT_DISTINCT(country) AS countries,
         SUM(amount) AS total,
         COLLECT_LIST(country) AS route
  FROM payments WINDOW SESSION (5 MINUTES, RETENTION 1 DAY, GRACE PERIOD 0 MINUTES)
  GROUP BY card
  HAVING COUNT(*) >= 3 AND COUNT_DISTINCT(country) > 1
  EMIT FINAL;

INSERT INTO payments (card, amount, country, paid) VALUES ('4000-1', 12.50, 'PT', '2024-03-01T09:00:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-2', 3.20, 'DE', '2024-03-01T09:00:30.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-1', 900.00, 'BR', '2024-03-01T09:02:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-2', 4.10, 'DE', '2024-03-01T09:03:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-1', 899.99, 'VN', '2024-03-01T09:06:30.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-2', 2.75, 'DE', '2024-03-01T09:07:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-3', 55.00, 'FR', '2024-03-01T09:30:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-3', 60.00, 'IT', '2024-03-01T09:34:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-3', 61.00, 'FR', '2024-03-01T09:38:00.000');
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-3', 10.00, 'FR', '2024-03-01T09:50:00.000');
-- Time goes on with the payments: this one is the sign that the sessions before it are over.
INSERT INTO payments (card, amount, country, paid) VALUES ('4000-9', 1.00, 'CH', '2024-03-01T12:00:00.000');

SELECT card, payments, countries, total, route FROM bursts EMIT CHANGES LIMIT 2;
