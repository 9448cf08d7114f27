"""The engine of equal shares: floats search, plainly or compiled; whole numbers decide."""
