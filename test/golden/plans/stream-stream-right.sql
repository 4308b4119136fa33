-- A right join runs as a left join with its sides swapped.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM payments (id INT KEY, order_id INT, amount DECIMAL(8, 2)) WITH (kafka_topic='payments', value_format='JSON');
CREATE STREAM paid AS SELECT p.id, o.item, p.amount FROM orders o RIGHT JOIN payments p WITHIN 1 HOUR ON o.id = p.id;
