"""What the runtime costs beside the steps that it carries out."""
