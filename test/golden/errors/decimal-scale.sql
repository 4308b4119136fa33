/* a scale above the precision */
CREATE TYPE MONEY AS DECIMAL(2, 5);
