//! The `midge` command on this machine, called as a user calls it. What needs the shared test data, NumPy or bash
//! prints that it is skipped where they are not.
#![cfg(all(
    feature = "convert",
    feature = "emulate",
    feature = "folders",
    feature = "complete",
    feature = "train"
))]
#![expect(clippy::unwrap_used, reason = "tests")]

mod accuracy;
mod analyze;
mod arguments;
mod commands;
mod damage;
mod desk;
mod diff;
mod export;
mod firmware;
#[cfg(feature = "probe")]
mod fit;
mod folders;
mod kinds;
mod models;
#[cfg(feature = "probe")]
mod new;
mod quantize;
mod runs;
mod sounds;
mod streams;
#[cfg(feature = "system")]
mod sysinfo;
mod train;
