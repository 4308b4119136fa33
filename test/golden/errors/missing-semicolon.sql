/* the text ends without a semicolon */
SELECT * FROM ORDERS
