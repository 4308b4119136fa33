-- Groups of a table always pass an exchange, since a change may leave one group for another.
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE TABLE per_town AS SELECT town, COUNT(*) AS n FROM customers GROUP BY town;
