"""A method tried on donors that its fit has not seen: what bake-offs and `auto` share."""
