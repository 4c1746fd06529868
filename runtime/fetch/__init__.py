"""Sources by locator: from a package registry, the web, the bundle, or a folder that stands in for them."""
