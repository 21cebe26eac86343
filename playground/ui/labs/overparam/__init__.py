"""The pages of the lab about more parameters than rows."""
