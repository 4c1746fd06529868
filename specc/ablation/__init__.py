"""What each clone of a recipe is worth: the recipe with and without it, built, refitted and scored alike."""
