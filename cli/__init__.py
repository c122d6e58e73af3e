"""The command line: the composition root and the courtesy around it."""
