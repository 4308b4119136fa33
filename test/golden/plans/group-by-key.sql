-- Grouping by the key needs no exchange.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE per_order AS SELECT id, COUNT(*) AS n, MAX(price) AS most FROM orders GROUP BY id;
