/* a qualifier that names no source */
SELECT S.ID, O.AMOUNT
FROM S JOIN ORDERS X WITHIN 1 HOUR ON S.ID = X.ID EMIT CHANGES;
