//! Many files in one transaction: each stands or falls by itself, and a program that is killed
//! loses no more than the last group.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::workflow::{Result, Study};

const FILES: usize = 1000;

/// Larger groups are no faster, smaller ones flush the disk more often.
const BYTES: u64 = 48 << 20;

/// Others who work in the study wait for a group to end, and get a moment between two.
const LONGEST: Duration = Duration::from_millis(800);
const PAUSE: Duration = Duration::from_millis(2);

/// The group of files under way.
#[derive(Default)]
pub(super) struct Group {
    began: Option<Instant>,
    files: usize,
    bytes: u64,
}

impl Group {
    /// Sees to it that a transaction is under way.
    pub fn open(&mut self, study: &Study) -> Result<()> {
        if self.began.is_none() && study.store.begin()? {
            *self = Self {
                began: Some(Instant::now()),
                ..Self::default()
            };
        }
        Ok(())
    }

    /// Counts a file that has been taken in, and ends the group if it is full.
    pub fn add(&mut self, study: &Study, bytes: u64) -> Result<()> {
        self.files += 1;
        self.bytes += bytes;
        match self.files >= FILES || self.bytes >= BYTES {
            true => self.close(study),
            false => self.close_if_old(study),
        }
    }

    /// Ends the group if others may be waiting for it.
    pub fn close_if_old(&mut self, study: &Study) -> Result<()> {
        match self.began {
            Some(began) if began.elapsed() > LONGEST => self.close(study),
            _ => Ok(()),
        }
    }

    /// Writes what the group holds.
    pub fn close(&mut self, study: &Study) -> Result<()> {
        if self.began.take().is_some() {
            study.store.commit()?;
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Undoes the group if it is under way.
    pub fn undo(&mut self, study: &Study) {
        if self.began.take().is_some() {
            study.store.rollback();
        }
    }
}
