-- Two grouping columns switch the internal key format to JSON; the sink names its own.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE per_pair WITH (key_format='JSON') AS SELECT customer, place->town AS town, LATEST_BY_OFFSET(item) AS item FROM orders GROUP BY customer, place->town;
