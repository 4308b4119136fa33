-- A key that is computed and named by the SELECT list; the old key is not read and not kept.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE STREAM by_town AS SELECT place->town AS town, item FROM orders PARTITION BY place->town;
