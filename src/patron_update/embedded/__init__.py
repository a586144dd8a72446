"""What makes a laptop enough: the embedded PostgreSQL, the sample SFTP server and district, Airflow's processes."""
