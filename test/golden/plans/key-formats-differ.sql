-- Equal keys in different formats would go to different partitions, so the table is written anew.
CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', key_format='DELIMITED', value_format='JSON');
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE STREAM named AS SELECT s.id, s.v, c.name FROM s JOIN customers c ON s.id = c.id;
