/* a word that begins no statement, near one that does */
SELEC * FROM ORDERS;
