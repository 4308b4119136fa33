-- Left-deep: the columns that only the outer join reads pass through the inner one.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM payments (id INT KEY, order_id INT, amount DECIMAL(8, 2)) WITH (kafka_topic='payments', value_format='JSON');
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE STREAM all_ AS SELECT o.customer, o.item, p.amount, c.name FROM orders o JOIN payments p WITHIN 1 HOUR ON o.id = p.id JOIN customers c ON o.customer = c.id;
