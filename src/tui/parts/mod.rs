//! Panes that several screens have: the evidence of a unit, a unit to be read with its answers, the
//! session reader, the list of units at a desk.

pub mod evidence;
pub mod page;
pub mod reader;
pub mod units;
