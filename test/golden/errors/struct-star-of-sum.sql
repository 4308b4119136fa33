/* -> binds to one value */
SELECT A + B->* FROM S;
