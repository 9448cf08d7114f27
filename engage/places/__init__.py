"""Data zones, deprivation indices, populations, postcodes and localities."""
