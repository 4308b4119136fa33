/* LIMIT belongs to ad-hoc queries */
CREATE STREAM T AS SELECT * FROM S LIMIT 5;
