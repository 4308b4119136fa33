-- A join of tables has no rows of its own, so they are kept for lookups.
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE TABLE accounts (id INT PRIMARY KEY, owner INT, balance BIGINT) WITH (kafka_topic='accounts', value_format='JSON');
CREATE TABLE both_ AS SELECT ROWKEY AS id, c.name, a.balance FROM customers c FULL JOIN accounts a ON c.id = a.id;
