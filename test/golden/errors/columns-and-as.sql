/* columns and a query exclude each other */
CREATE STREAM S (ID INT) AS SELECT * FROM T;
