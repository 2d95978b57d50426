"""Who acts together, since when, and under which agreement?"""
