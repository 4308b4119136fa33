-- A condition on other columns looks at all rows.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE per_order AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id;
SELECT id FROM per_order WHERE n > 3 OR id = 1;
