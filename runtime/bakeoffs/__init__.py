"""Bake-offs: imputation methods scored on donors that their fit has not seen."""
