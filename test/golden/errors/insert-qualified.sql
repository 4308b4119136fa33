/* values read no source */
INSERT INTO S (ID) VALUES (S.ID);
