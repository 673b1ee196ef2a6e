"""The SQL steps from facts to cells, one statement a file, run in the order of their names."""
