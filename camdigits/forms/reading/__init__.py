"""What stands in the fields of a sheet, by all that the networks hold possible and what fits."""
