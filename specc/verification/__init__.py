"""`specc verify`: a published run held against its manifests, from the bytes."""
