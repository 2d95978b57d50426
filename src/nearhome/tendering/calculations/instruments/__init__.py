"""Which instrument may be used under which regime, for how long, and above which value the Act applies in full."""
