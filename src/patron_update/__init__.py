"""Scheduled patron updates: a school's SIS export, night by night, into the district's patron database."""
