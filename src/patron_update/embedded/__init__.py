"""What makes a laptop enough: the embedded PostgreSQL, the sample SFTP server, the sample district, Airflow's processes."""
