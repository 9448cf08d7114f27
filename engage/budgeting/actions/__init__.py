"""What can be done to a round, a proposal, a ballot."""
