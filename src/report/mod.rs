//! Results and rules as text to read and as data for other programs. Knows no screens and reads no
//! study: whoever calls hands over what is to be rendered.

pub mod codebook;
pub mod json;
pub mod judge;
mod layout;
pub mod measured;
pub mod prose;
pub mod text;

use crate::stats::Reading;

/// Which items count on a conditional axis, and what N/A means there, in words.
pub fn reading_in_words(reading: Reading) -> &'static str {
    match reading {
        Reading::Both => "an item counts where both raters find that the axis applies",
        Reading::Gold => "an item counts where the axis applies under gold; N/A is a miss",
        Reading::GoldAndBoth => {
            "an item counts where the axis applies under gold and for both raters"
        }
        Reading::Either => {
            "an item counts where either rater finds that the axis applies; N/A against a code is a miss"
        }
        Reading::All => "every item counts, N/A being an answer like any other",
    }
}
