-- A table function adds a column; the calls of one select are zipped.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM lines AS SELECT id, EXPLODE(parts) AS part, item FROM orders;
