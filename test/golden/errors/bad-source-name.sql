/* what a source may be called */
CREATE STREAM `bad name` (ID INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
