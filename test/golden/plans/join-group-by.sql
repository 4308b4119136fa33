-- A grouping over a join: the arguments are computed on the joined row.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE TABLE per_town AS SELECT c.town AS town, SUM(o.price) AS total FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.town;
