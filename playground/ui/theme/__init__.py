"""The look: colours and sizes named by meaning, the style sheet, fonts and icons. Colours live here alone."""
