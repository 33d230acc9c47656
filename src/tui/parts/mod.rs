//! Panes that several screens have: the evidence of a unit, the session reader, the list of units.

pub mod evidence;
pub mod reader;
pub mod units;
