/* SET needs a value */
SET 'auto.offset.reset';
