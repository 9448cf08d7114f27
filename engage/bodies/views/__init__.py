"""What residents and groups see of the register."""
