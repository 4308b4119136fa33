-- Only the pseudo columns that are read are appended to the source row.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM timed AS SELECT id, ROWTIME AS t, item FROM orders WHERE ROWTIME >= '2020-01-01';
