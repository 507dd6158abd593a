//! Lays out the firmware: its image at the start of flash, room for tables behind it.

#[path = "../machines.rs"]
mod machines;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    machines::link(true)
}
