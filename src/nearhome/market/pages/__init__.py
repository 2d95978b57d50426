"""The pages of the market: homes and the register."""
