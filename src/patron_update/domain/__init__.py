"""What an update means: fields, messages, matching, conflicts, counts. Pure values and functions of standard Python."""
