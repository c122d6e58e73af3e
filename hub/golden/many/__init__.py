"""Golden records of many identities at once, by column: what `hub.golden.several` builds one by one.

Texts are numbers here: a column's distinct texts are compared, folded and written as JSON once. What ranks
values are whole numbers, of which the smallest is the best. A property test holds the two ways equal to the
last byte.
"""
