//! A ledger on a server: a schema or database of its own with a user of its own, gone afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _};

use super::evidence::block_on;

/// The password of the ledger's user: it may appear nowhere.
pub(crate) const CANARY_LEDGER: &str = "c4nary-l3dger-pa55";

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    MariaDb,
}

impl Server {
    /// Its name in `CUSTOMS_REQUIRE`, and the variable that holds its URL.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Postgres => ("postgres", "CUSTOMS_TEST_POSTGRES_URL"),
            Self::MariaDb => ("mariadb", "CUSTOMS_TEST_MYSQL_URL"),
        }
    }

    /// An empty database, or `None` with a printed reason where there is no server and none is required.
    #[expect(clippy::print_stdout, reason = "a skipped test says why")]
    pub(crate) fn database(self) -> Option<Database> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (name, variable) = self.names();
        let Ok(server) = std::env::var(variable) else {
            let required = std::env::var("CUSTOMS_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|r| r.trim() == name),
                "{variable} is not set, and it is required"
            );
            println!("skipped: {variable} is not set");
            return None;
        };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let own = format!("customs_once_{}_{number}", std::process::id());
        let statements = match self {
            Self::Postgres => vec![
                format!("CREATE ROLE {own} LOGIN PASSWORD '{CANARY_LEDGER}'"),
                format!("CREATE SCHEMA {own} AUTHORIZATION {own}"),
            ],
            Self::MariaDb => vec![
                format!("CREATE DATABASE {own}"),
                format!("CREATE USER {own} IDENTIFIED BY '{CANARY_LEDGER}'"),
                format!("GRANT ALL ON {own}.* TO {own}"),
            ],
        };
        let mut url: url::Url = server.parse().unwrap();
        url.set_username(&own).unwrap();
        url.set_password(Some(CANARY_LEDGER)).unwrap();
        match self {
            Self::Postgres => {
                url.query_pairs_mut().append_pair("options[search_path]", &own);
            }
            Self::MariaDb => url.set_path(&own),
        }
        let database = Database {
            server: self,
            server_url: server,
            own,
            url,
        };
        statements.iter().for_each(|s| database.as_administrator(s));
        Some(database)
    }
}

/// An empty database of one test.
pub(crate) struct Database {
    server: Server,
    server_url: String,
    own: String,
    url: url::Url,
}

impl Database {
    /// Its URL with user and password.
    pub(crate) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The same database, reached by another address and in plain, so that whoever sits there can read along.
    pub(crate) fn url_at(&self, address: std::net::SocketAddr) -> String {
        let mut url = self.url.clone();
        url.set_ip_host(address.ip()).unwrap();
        url.set_port(Some(address.port())).unwrap();
        let (name, value) = match self.server {
            Server::Postgres => ("sslmode", "disable"),
            Server::MariaDb => ("ssl-mode", "DISABLED"),
        };
        url.query_pairs_mut().append_pair(name, value);
        url.into()
    }

    /// The user's, and the schema's or the database's name.
    pub(crate) fn name(&self) -> &str {
        &self.own
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> String {
        let port = self.url.port().unwrap_or(match self.server {
            Server::Postgres => 5432,
            Server::MariaDb => 3306,
        });
        format!("{}:{port}", self.url.host_str().unwrap())
    }

    /// Runs a statement as the server's administrator.
    pub(crate) fn as_administrator(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        block_on(async {
            match self.server {
                Server::Postgres => {
                    let mut connection = sqlx::PgConnection::connect(&self.server_url).await.unwrap();
                    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
                }
                Server::MariaDb => {
                    let mut connection = sqlx::MySqlConnection::connect(&self.server_url).await.unwrap();
                    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
                }
            }
        });
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let own = &self.own;
        let statements = match self.server {
            Server::Postgres => vec![
                format!("DROP SCHEMA {own} CASCADE"),
                format!("DROP OWNED BY {own}"),
                format!("DROP ROLE {own}"),
            ],
            Server::MariaDb => vec![format!("DROP DATABASE {own}"), format!("DROP USER {own}")],
        };
        statements.iter().for_each(|s| self.as_administrator(s));
    }
}
