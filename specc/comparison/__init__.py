"""`specc diff`: two published runs compared: schema, variables, facts, weights, totals beside benchmarks."""
