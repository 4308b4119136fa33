/* a window kind that does not exist */
SELECT COUNT(*) FROM S WINDOW SLIDING (SIZE 1 HOUR) GROUP BY ID EMIT CHANGES;
