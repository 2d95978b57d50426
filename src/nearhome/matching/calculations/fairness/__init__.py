"""Do children of different groups fare differently when homes are found for them, and by which criteria?"""
