//! What a statement's failure means for the person who asked.

use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::error::AppError;

/// SQLite's result codes for a database that cannot be written to: `SQLITE_READONLY`, `SQLITE_FULL`
/// and `SQLITE_CANTOPEN` (of its log), in the lowest byte of what it reports
/// (<https://www.sqlite.org/rescode.html>).
const NOT_WRITABLE: [i32; 3] = [8, 13, 14];
/// And, of `SQLITE_IOERR`: `WRITE`, `FSYNC`, `DIR_FSYNC`, `TRUNCATE` and `SHMSIZE`.
const WRITE_FAILED: [i32; 5] = [778, 1034, 1290, 1546, 4874];

/// Whether a statement failed because the database cannot be written to: its disk is full, say.
pub fn is_not_writable(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let sqlx::Error::Database(error) = &**error else { return false };
    let code: Option<i32> = error.code().and_then(|code| code.parse().ok());
    code.is_some_and(|code| NOT_WRITABLE.contains(&(code & 0xFF)) || WRITE_FAILED.contains(&code))
}

/// What nobody depends on is left undone while the database cannot be written to, and tried again
/// when it is due next.
///
/// # Errors
/// All others.
pub fn unless_not_writable<T: Default>(result: Result<T, DbErr>) -> Result<T, DbErr> {
    match result {
        Err(error) if is_not_writable(&error) => {
            tracing::error!(error = %error, "The database cannot be written to");
            Ok(T::default())
        }
        result => result,
    }
}

/// The cause is logged here, where it is dropped.
impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "A request failed");
        match error.downcast_ref() {
            Some(error) if is_not_writable(error) => Self::NotSaved,
            _ => Self::Internal,
        }
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        anyhow::Error::from(error).into()
    }
}
