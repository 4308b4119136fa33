-- Grouping by a value column: only the arguments of the aggregates travel.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE per_customer AS SELECT customer, COUNT(*) AS n, SUM(price) AS total FROM orders GROUP BY customer HAVING COUNT(*) > 1;
