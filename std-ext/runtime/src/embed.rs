//! Rust modules that link a plan into firmware.

use std::fmt::Write;

use crate::ports::{Port, Ports};
use midge_core::Plan;

/// What a module is made of.
#[derive(Clone, Copy, Debug)]
pub struct Module<'a> {
    /// Name of the static, which is made fit for Rust.
    pub name: &'a str,
    /// Path of the plan, relative to the module.
    pub plan_path: &'a str,
    /// What the model is called, for the module's head.
    pub model: &'a str,
}

/// The text of a module: the model through [`midge_core::model!`], the arena's size, and shape, scale and zero point
/// of every port, checked against the plan when the module is compiled.
pub fn module(plan: &Plan<'_>, ports: &Ports, module: &Module<'_>) -> String {
    let name = identifier(module.name);
    let mut out = String::new();
    let model = line(module.model);
    // writing to a string cannot fail
    let _ = write!(
        out,
        "//! {model}: made by `midge embed`; do not edit.\n\
         //!\n\
         //! ```ignore\n\
         //! let mut arena = midge_core::Arena::<ARENA_BYTES>::new();\n\
         //! let output = {name}.run(&mut arena, &input)?;\n\
         //! ```\n\n\
         midge_core::model! {{\n    /// {model}.\n    pub static {name} = {:?};\n}}\n\n\
         /// Bytes of work memory that a run needs.\n\
         pub const ARENA_BYTES: usize = {};\n\
         const _: () = assert!({name}::ARENA == ARENA_BYTES, \"the plan is another one: run midge embed again\");\n",
        module.plan_path,
        plan.arena_len(),
    );
    side(&mut out, "input", &ports.inputs);
    side(&mut out, "output", &ports.outputs);
    out
}

fn side(out: &mut String, word: &str, ports: &[Port]) {
    for (index, port) in ports.iter().enumerate() {
        let number = if ports.len() == 1 { String::new() } else { index.to_string() };
        let constant = format!("{}{number}", word.to_uppercase());
        let name = line(&port.name);
        let _ = write!(
            out,
            "\n/// Shape of {word} `{name}`, {}.\npub const {constant}_SHAPE: [usize; {}] = {:?};\n",
            port.dtype.name(),
            port.shape.len(),
            port.shape
        );
        if let (Some(scale), Some(zero)) = (port.scale, port.zero) {
            let _ = write!(
                out,
                "/// `real = {constant}_SCALE * (stored - {constant}_ZERO)`.\n\
                 pub const {constant}_SCALE: f32 = {scale:?};\n\
                 /// Zero point of {word} `{name}`.\n\
                 pub const {constant}_ZERO: i32 = {zero};\n",
            );
        }
    }
}

/// A name as a Rust static may have it: capitals, digits and underscores, no digit first.
fn identifier(name: &str) -> String {
    let upper = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    let mut out: String = upper.collect();
    if !out.starts_with(|c: char| c.is_ascii_uppercase()) {
        out.insert_str(0, "MODEL_");
    }
    out
}

/// Text that stays in its comment.
pub(crate) fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::File;
    use crate::fixture;

    #[test]
    fn a_module_says_what_the_plan_says() {
        let file = File::from_bytes(&fixture::plan(&fixture::double(), 256)).unwrap();
        let plan = file.plan().unwrap();
        let mut ports = Ports::of(&plan, file.names());
        ports.inputs[0].name = "x\nfn main() {}".into();
        let text =
            module(&plan, &ports, &Module { name: "9-net", plan_path: "a b.midge", model: "n\r\nuse m;" });
        assert!(text.contains("pub static MODEL_9_NET = \"a b.midge\";"), "{text}");
        assert!(text.contains("ARENA_BYTES: usize = 32;"), "{text}");
        assert!(text.contains("INPUT_SHAPE: [usize; 3] = [1, 4, 4];"), "{text}");
        assert!(
            text.contains("OUTPUT_SCALE: f32 = 0.5;") && text.contains("OUTPUT_ZERO: i32 = 3;"),
            "{text}"
        );
        assert!(!text.contains("\nfn main") && !text.contains("\nuse"), "{text}");
    }
}
