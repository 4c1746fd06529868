"""How the matrix of a calibration grows with records and facts."""
