"""One comparator a field: from pairs of records to levels of agreement."""
