-- Rows keep the key of the left table.
CREATE TABLE customers (id INT PRIMARY KEY, name STRING, town STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE TABLE accounts (id INT PRIMARY KEY, owner INT, balance BIGINT) WITH (kafka_topic='accounts', value_format='JSON');
CREATE TABLE owned AS SELECT a.id, c.name, a.balance FROM accounts a LEFT JOIN customers c ON a.owner = c.id;
