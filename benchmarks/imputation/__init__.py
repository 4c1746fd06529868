"""The joint donor forest against the chained quantile forest, on real data with hidden truth."""
