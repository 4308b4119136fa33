-- Bounds of windows as inclusive milliseconds.
CREATE STREAM orders (id INT KEY, customer INT, item STRING, price DECIMAL(8, 2), parts ARRAY<STRING>, place STRUCT<town STRING, zip STRING>) WITH (kafka_topic='orders', value_format='JSON');
CREATE TABLE hourly AS SELECT id, COUNT(*) AS n FROM orders WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id;
SELECT id, WINDOWSTART, n, ROWTIME FROM hourly WHERE id = 1 AND WINDOWSTART > '2020-01-01' AND WINDOWEND <= 1600000000000;
