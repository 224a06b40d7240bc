"""Settings and tables that ship with the program, as data."""
