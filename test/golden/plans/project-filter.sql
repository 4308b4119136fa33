-- A projection with a filter: one stage, nothing is moved.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM big AS SELECT id, item, price * 2 AS twice FROM orders WHERE price > 10.00;
