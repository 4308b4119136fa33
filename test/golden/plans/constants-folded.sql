-- Parts that no row changes are computed when the query is planned.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM c AS SELECT id, item + ('-' + 'x') AS tagged, 60 * 60 * 24 AS day FROM orders WHERE customer > 1 + 1;
