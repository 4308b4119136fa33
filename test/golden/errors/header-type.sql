/* the type of a header column */
CREATE STREAM S (H STRING HEADER('h')) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
