/* as many values as columns */
INSERT INTO S (ID, NAME) VALUES (1);
