"""Looking at the data: a scatter matrix, histograms, and the design matrix as a table."""
