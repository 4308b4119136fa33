-- Both sides by their keys; each side keeps only the columns that are read.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM payments (id INT KEY, order_id INT, amount DECIMAL(8, 2)) WITH (kafka_topic='payments', value_format='JSON');
CREATE STREAM paid AS SELECT o.id, o.item, p.amount FROM orders o JOIN payments p WITHIN 1 HOUR ON o.id = p.id;
