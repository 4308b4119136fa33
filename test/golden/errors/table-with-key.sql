/* tables have primary keys */
CREATE TABLE T (ID INT KEY) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');
