//! Lays out the runner: its image at the start of flash, room for the plan behind it.

#[path = "../machines.rs"]
mod machines;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    machines::link(true)
}
