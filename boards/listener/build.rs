//! Lays out the firmware of one model: all of the machine's flash and RAM.

#[path = "../machines.rs"]
mod machines;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    machines::link(false)
}
