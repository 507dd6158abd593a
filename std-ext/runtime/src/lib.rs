//! Plans on `std`: files, sessions, arrays and emulated devices.

pub mod host;
