/* a key twice in a map */
SELECT MAP('a' := 1, 'a' := 2) FROM S;
