"""The project and the job file that these tests read."""

from pathlib import Path

PROJECT = Path(__file__).parents[2]
STUDENTS = """\
name: Students
source:
  sftp: { connection: sis, path: /patrons, file: Students.csv }
properties: students.properties
schedule:
  time: "02:15"
  timezone: America/Chicago
  monday: incremental
  friday: incremental
  saturday: full
"""
