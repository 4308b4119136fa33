/* a second statement begins before the first ends */
SHOW STREAMS
SHOW TABLES;
