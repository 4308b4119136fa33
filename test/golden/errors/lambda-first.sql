/* lambdas come last */
SELECT TRANSFORM(A, X => X + 1, B) FROM S;
