-- Keys are looked up; the whole condition is checked again on what was found.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE per_order AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id;
SELECT * FROM per_order WHERE id IN (1, 2, 1) AND n > 3 LIMIT 5;
