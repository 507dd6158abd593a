//! Links by the scripts that esp-hal brings.

fn main() {
    println!("cargo::rustc-link-arg-bins=-Tlinkall.x");
}
