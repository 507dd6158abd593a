//! Networks in integers against the plans that they become.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod build;
mod digits;
mod equal;
mod learn;
mod nets;
