"""How fast Engage is, beside named references, in one run, as ratios of processor time."""
