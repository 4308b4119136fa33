-- The stream is moved to the key of the table.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE STREAM named AS SELECT o.customer, c.name, o.item FROM orders o LEFT JOIN customers c ON o.customer = c.id WHERE c.town IS NOT NULL;
