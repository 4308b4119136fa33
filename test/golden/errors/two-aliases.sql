/* a column with two names */
SELECT ID A B FROM S;
