"""How long a framework may run, when it reopens, which price holds, and what an uplift does to prices."""
