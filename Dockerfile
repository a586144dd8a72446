# Airflow with the project's pinned packages and the project itself. Every service of docker-compose.yaml runs this image.
FROM apache/airflow:slim-3.3.2-python3.11

USER root
# Folders that become volumes: they take over owner and mode. Only the airflow user may read patrons.
RUN install -d -o airflow -g 0 -m 0700 /var/lib/patron-update /var/lib/patron-update/workspace \
        /var/lib/patron-update/drop /var/lib/patron-update/keys
USER airflow

WORKDIR /opt/airflow
COPY --chown=airflow:0 requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY --chown=airflow:0 pyproject.toml LICENSE ./package/
COPY --chown=airflow:0 src ./package/src
RUN pip install --no-cache-dir --no-deps --no-build-isolation ./package && pip check

COPY --chown=airflow:0 dags ./dags
COPY --chown=airflow:0 plugins ./plugins

# Nobody is told that this runs.
ENV GX_ANALYTICS_ENABLED=false SCARF_ANALYTICS=false DO_NOT_TRACK=1
