/* at most one comparison without brackets */
SELECT ID, A = B = 1 FROM S;
