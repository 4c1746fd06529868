"""How lint and plan grow with the number of variables of a bundle."""
