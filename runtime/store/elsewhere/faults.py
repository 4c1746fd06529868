"""What goes wrong between here and a store elsewhere, in words."""

from __future__ import annotations

from runtime.errors import StoreUnreachable
from runtime.locations import shown

# The libraries below fsspec are not imported to be asked for their classes.
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "ProfileNotFound")
_CREDENTIALS = (
    "give credentials that may read and write there"
    " (for S3: AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY)"
)


def unreachable(location: str, name: str, error: Exception) -> StoreUnreachable:
    """Return the fault of a place at which something could not be done to a file, with what may help."""
    said = (str(error).splitlines() or [""])[0] or type(error).__name__
    if isinstance(error, PermissionError) or type(error).__name__ in _NO_CREDENTIALS:
        what, remedy = "cannot be entered", _CREDENTIALS
    elif isinstance(error, FileNotFoundError):
        what, remedy = (
            "has nowhere to be",
            "correct the location, or make what it names first (for S3: the bucket)",
        )
    else:
        what = "cannot be reached"
        remedy = "check the location and the network (for an S3 server of your own: AWS_ENDPOINT_URL)"
    place = f"{shown(location)}/{name}"
    return StoreUnreachable(f"the store at {shown(location)} {what}: {said}", place=place, remedy=remedy)
