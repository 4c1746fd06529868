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
_LOCATION = "correct the location, or make what it names first (for S3: the bucket)"
_NETWORK = "check the location and the network (for an S3 server of your own: AWS_ENDPOINT_URL)"


def unreachable(location: str, name: str, error: Exception) -> StoreUnreachable:
    """Return the fault of a place at which something could not be done to a file, with what may help."""
    where = shown(location)
    if isinstance(error, PermissionError) or type(error).__name__ in _NO_CREDENTIALS:
        what, remedy = f"the store at {where} cannot be entered", _CREDENTIALS
    elif isinstance(error, FileNotFoundError):
        what, remedy = f"there can be no store at {where}", _LOCATION
    else:
        what, remedy = f"the store at {where} cannot be reached", _NETWORK
    said = (str(error).splitlines() or [""])[0] or type(error).__name__
    return StoreUnreachable(f"{what}: {said}", place=f"{where}/{name}", remedy=remedy)
