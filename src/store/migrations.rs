//! The shapes that a study file has had, oldest first. Append only.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours: `tieb` in ASCII.
pub const APPLICATION_ID: i32 = 0x7469_6562;

const STEPS: &[&str] = &[include_str!("migrations/0001_study.sql")];

/// The shape that this version writes.
pub const NEWEST: i32 = STEPS.len() as i32;

/// Brings a file from its shape to the newest, each step in a transaction of its own.
pub fn migrate(connection: &mut Connection, from: i32) -> Result<(), StoreError> {
    for (place, step) in STEPS.iter().enumerate().skip(from.max(0) as usize) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", place as i32 + 1)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.commit()?;
    }
    Ok(())
}
