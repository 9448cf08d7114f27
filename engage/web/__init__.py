"""What every page shares: access, forms, errors, words for times and money, downloads."""
