-- A filter over a foreign-key join: such a join does not know what it gave before, so every row that fails is a delete.
CREATE TABLE accounts (id INT PRIMARY KEY, owner INT, balance BIGINT) WITH (kafka_topic='accounts', value_format='JSON');
CREATE TABLE customers (id INT PRIMARY KEY, name STRING) WITH (kafka_topic='customers', value_format='JSON');
CREATE TABLE rich AS SELECT a.id, c.name FROM accounts a JOIN customers c ON a.owner = c.id WHERE a.balance > 0;
