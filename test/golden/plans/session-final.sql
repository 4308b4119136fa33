-- EMIT FINAL without a grace clause has no grace.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE sessions AS SELECT id, COUNT(*) AS n FROM orders WINDOW SESSION (5 MINUTES) GROUP BY id EMIT FINAL;
