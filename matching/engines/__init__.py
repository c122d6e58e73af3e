"""Where the work is done: the same steps on one machine or on many."""
