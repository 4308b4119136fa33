/* only DECIMAL may stand before a string */
SELECT TIMESTAMP '2020-01-01' FROM S;
