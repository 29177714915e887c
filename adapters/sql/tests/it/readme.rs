//! The SQL that README.md offers to operations staff.

use crate::fixture::{Fixture, on_each_database};

on_each_database!(ready_sql_runs);

async fn ready_sql_runs(f: Fixture) {
    let readme = include_str!("../../README.md");
    let blocks: Vec<&str> = readme
        .split("```sql\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(blocks.len(), 36, "eighteen questions in two languages");
    for sql in blocks {
        f.sql(sql).await;
    }
}
