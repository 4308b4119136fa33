-- A source table is kept without writing anything.
CREATE SOURCE TABLE c (id INT PRIMARY KEY, name STRING) WITH (kafka_topic='c', value_format='JSON');
