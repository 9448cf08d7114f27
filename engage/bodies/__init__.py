"""Community bodies: the register, who speaks for them, how far they wish to take part."""
