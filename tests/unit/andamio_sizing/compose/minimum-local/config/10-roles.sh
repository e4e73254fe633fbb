# Sourced once by the PostgreSQL image, when the data folder is empty. Passwords come from the secrets' files.
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set owner_password `cat /run/secrets/POSTGRES_OWNER_PASSWORD`
\set app_password `cat /run/secrets/POSTGRES_APP_PASSWORD`
CREATE ROLE andamio_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE andamio_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE framework_agentes_ia OWNER andamio_owner;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
REVOKE ALL ON DATABASE framework_agentes_ia FROM PUBLIC;
GRANT CONNECT ON DATABASE framework_agentes_ia TO andamio_app;
SQL
