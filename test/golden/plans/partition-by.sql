-- A new key: the old key column moves into the row because it is selected.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM by_customer AS SELECT * FROM orders PARTITION BY customer;
