//! What all databases below a folder hold, to compare.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

/// Every row of every table, as text, by file and table.
pub(crate) async fn contents(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for file in files(folder) {
        let mut connection = open(&file).await;
        for table in names(
            &mut connection,
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        )
        .await
        {
            let rows = rows(&mut connection, &table).await;
            found.insert(format!("{}:{table}", file.display()), rows);
        }
    }
    assert!(found.len() > 10, "{} tables", found.len());
    found
}

/// The database files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "sqlite") {
            files.push(path);
        }
    }
    files.sort();
    files
}

pub(crate) async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file);
    options.connect().await.unwrap()
}

async fn names(connection: &mut SqliteConnection, query: &'static str) -> Vec<String> {
    let rows = sqlx::query(query).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn rows(connection: &mut SqliteConnection, table: &str) -> Vec<String> {
    let columns = sqlx::query("SELECT name FROM pragma_table_info(?)")
        .bind(table)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let quoted: Vec<String> = columns
        .iter()
        .map(|row| format!("quote(\"{}\")", row.get::<String, _>(0)))
        .collect();
    let query = format!(
        "SELECT {} FROM \"{table}\" ORDER BY 1",
        quoted.join(" || '|' || ")
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query))
        .fetch_all(connection)
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
