/* positions count lines of the whole text */
SHOW STREAMS;
SHOW TABLES;
	DROP STREM S;
