//! Names of a model as names of Rust.

use std::collections::BTreeSet;

/// Words that are no names in Rust, and those that the code has for itself.
const TAKEN: [&str; 58] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "n", "override", "priv", "pub", "ref", "return", "rng", "self",
    "static", "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized",
    "use", "virtual", "where", "while", "x", "yield", "Self", "net", "path",
];

/// Names, each of which is given only once.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// The first of `wish`, `wish_2`, `wish_3` .. that is free.
    pub(super) fn only(&mut self, wish: &str) -> String {
        let more = (2..).map(|i| format!("{wish}_{i}"));
        let all = std::iter::once(wish.to_owned()).chain(more);
        let free = all.into_iter().find(|name| !TAKEN.contains(&name.as_str()) && !self.0.contains(name));
        let free = free.unwrap_or_default();
        self.0.insert(free.clone());
        free
    }

    /// `kind1`, `kind2` ..: the first that is free.
    pub(super) fn numbered(&mut self, kind: &str) -> String {
        let free =
            (1..).map(|i| format!("{kind}{i}")).find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}

/// What a layer is called, by the path of its weights or the name of what it makes; none where these say nothing.
pub(super) fn of_layer(path: Option<&str>, made: &str) -> Option<String> {
    // scopes of layers, then an operator, which begins with a capital in TensorFlow
    let first = made.split(';').next().unwrap_or_default();
    let parts: Vec<&str> = first.split('/').filter(|part| !part.is_empty()).collect();
    let operator =
        |part: &&&str| part.starts_with(char::is_uppercase) || *part == parts.last().unwrap_or(&"");
    let scope = match &parts[..] {
        [only] => Some(*only),
        all => all.iter().rev().find(|part| !operator(part)).copied(),
    };
    path.and_then(said).or_else(|| scope.and_then(said))
}

/// A name of Rust, if it is one that people gave.
fn said(name: &str) -> Option<String> {
    let name = snake(name);
    let made_up = ["arith", "onnx", "constant", "tfl_", "node", "input", "output", "statefulpartitionedcall"];
    let says = name.contains(char::is_alphabetic) && !made_up.iter().any(|word| name.starts_with(word));
    says.then_some(name)
}

/// `kws-net` as `KwsNet`.
pub(super) fn of_struct(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let camel: String = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    let fits = camel.starts_with(|c: char| c.is_ascii_alphabetic())
        && !["Self", "Module", "Tensor", "Result", "Rng", "Path", "Window", "Safetensors"]
            .contains(&camel.as_str());
    if fits { camel } else { format!("Net{camel}") }
}

/// Letters, digits and single underscores; digits do not come first.
fn snake(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("layer_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_have_the_names_that_people_gave_them() {
        let name = |path, made| of_layer(path, made).unwrap_or_default();
        assert_eq!(name(Some("conv1"), "relu"), "conv1");
        assert_eq!(name(Some("features.0"), ""), "features_0");
        assert_eq!(name(Some("0"), ""), "layer_0");
        assert_eq!(name(None, "functional/dense_1/Relu;functional/dense_1/BiasAdd"), "dense_1");
        assert_eq!(name(None, "functional/dense_1/BiasAdd/depthwise"), "dense_1");
        assert_eq!(name(None, "/conv1/Conv_output_0"), "conv1");
        assert_eq!(name(Some("onnx::Conv_12"), "StatefulPartitionedCall_1:0"), "");
        let names = &mut Names::default();
        assert_eq!(["fc", "fc", "type"].map(|wish| names.only(wish)), ["fc", "fc_2", "type_2"]);
        assert_eq!(["conv", "conv"].map(|kind| names.numbered(kind)), ["conv1", "conv2"]);
        assert_eq!(["kws-net", "7", "Tensor"].map(of_struct), ["KwsNet", "Net7", "NetTensor"]);
    }
}
