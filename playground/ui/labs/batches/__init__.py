"""The pages of the lab "Mini-batches"."""
