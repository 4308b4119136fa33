/* RUN SCRIPT is a client command */
RUN SCRIPT 'x.sql';
