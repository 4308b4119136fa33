/* a comma before FROM makes FROM stand where a column should */
SELECT ID, FROM ORDERS;
