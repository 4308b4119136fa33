-- A projection of a table is served from the store of its source.
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE TABLE names AS SELECT id, UCASE(name) AS name FROM customers WHERE town = 'x';
