-- A left join with a grace period keeps what still waits; the right side is moved to the join key.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM payments (id INT KEY, order_id INT, amount DECIMAL(8, 2)) WITH (kafka_topic='payments', value_format='JSON');
CREATE STREAM paid AS SELECT o.id, o.item, p.amount FROM orders o LEFT JOIN payments p WITHIN (1 HOUR, 2 HOURS) GRACE PERIOD 10 MINUTES ON o.id = p.order_id;
