/* a query where the statement should end */
CREATE STREAM BIG
  SELECT * FROM ORDERS;
