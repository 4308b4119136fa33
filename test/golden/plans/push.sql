-- A push query gives its rows to the client.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
SELECT id, UCASE(item) AS item FROM orders WHERE customer = 7 EMIT CHANGES LIMIT 3;
