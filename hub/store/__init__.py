"""The system of record: SQLite for one machine, PostgreSQL to share, the same code for both."""
