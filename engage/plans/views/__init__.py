"""What everybody and groups see of plans."""
