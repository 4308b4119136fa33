/* CREATE of what does not exist */
CREATE VIEW V AS SELECT * FROM S;
