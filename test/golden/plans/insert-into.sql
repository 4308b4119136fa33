-- A second query that writes to a stream.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM target AS SELECT id, item FROM orders;
INSERT INTO target SELECT id, item + '!' AS item FROM orders WHERE customer = 1;
