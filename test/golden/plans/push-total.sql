-- Aggregates of everything, for clients only: one constant group.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
SELECT COUNT(*) AS n FROM orders EMIT CHANGES;
