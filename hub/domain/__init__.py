"""What the business talks about. Pure values; knows no I/O."""
