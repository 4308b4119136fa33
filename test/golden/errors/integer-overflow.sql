/* an integer beyond 64 bits */
SELECT 9223372036854775808 FROM S;
