//! Checks that read files.

use super::tree::{Source, Tree};

/// Folders and files that may hold `unsafe`, each for its reason.
const UNSAFE: &[(&str, &str)] = &[
    ("core-nostd/src/simd/", "instructions that Rust has no function for"),
    ("core-nostd/src/aligned.rs", "aligned bytes as elements"),
    ("boards/", "the machine itself"),
    ("tests/counter/", "the emulator's C interface"),
    ("std-ext/runtime/src/bytes.rs", "mapping a file"),
    ("std-ext/probe/template/boot_", "where a chip's ROM looks for firmware"),
    ("std-ext/train/src/cpu/matmul.rs", "a crate for products of matrices that takes pointers"),
    ("std-ext/compiler/src/import/gen/", "generated"),
];

pub(super) fn unsafe_code(tree: &Tree) -> Vec<String> {
    code_with(
        tree,
        |path| !starts(path, UNSAFE.iter().map(|(path, _)| *path)),
        |line| has_word(line, "unsafe"),
    )
}

/// Where the core turns bytes into numbers.
const READS_PLANS: &[&str] = &[
    "core-nostd/src/plan.rs",
    "core-nostd/src/plan/",
    "core-nostd/src/wire.rs",
    "core-nostd/src/aligned.rs",
];

pub(super) fn plan_bytes(tree: &Tree) -> Vec<String> {
    code_with(
        tree,
        |path| path.starts_with("core-nostd/src/") && !starts(path, READS_PLANS.iter().copied()),
        |line| line.contains("from_le_bytes") || line.contains("from_ne_bytes"),
    )
}

pub(super) fn core_knows_nothing(tree: &Tree) -> Vec<String> {
    code_with(
        tree,
        |path| path.starts_with("core-nostd/src/"),
        |line| ["json", "alloc", "println", "Instant"].iter().any(|word| has_word(line, word)),
    )
}

/// Kernels of integers. What firmware of an integer model really holds is seen in its image (tests/suite's `floats`).
const INTEGERS: &[&str] = &[
    "core-nostd/src/fixed.rs",
    "core-nostd/src/simd/",
    "core-nostd/src/ops/add.rs",
    "core-nostd/src/ops/channels.rs",
    "core-nostd/src/ops/conv.rs",
    "core-nostd/src/ops/curve.rs",
    "core-nostd/src/ops/depthwise.rs",
    "core-nostd/src/ops/fully_connected.rs",
    "core-nostd/src/ops/groups.rs",
    "core-nostd/src/ops/l2_normalize.rs",
    "core-nostd/src/ops/log_softmax.rs",
    "core-nostd/src/ops/lstm.rs",
    "core-nostd/src/ops/mean.rs",
    "core-nostd/src/ops/mul.rs",
    "core-nostd/src/ops/product.rs",
    "core-nostd/src/ops/quant.rs",
    "core-nostd/src/ops/sigmoid.rs",
    "core-nostd/src/ops/softmax.rs",
    "core-nostd/src/ops/softmax16.rs",
    "core-nostd/src/ops/table.rs",
    "core-nostd/src/ops/window.rs",
    "core-nostd/src/signal/fft.rs",
    "core-nostd/src/signal/front.rs",
    "core-nostd/src/signal/mel.rs",
    "core-nostd/src/signal/tables.rs",
];

pub(super) fn floats(tree: &Tree) -> Vec<String> {
    code_with(
        tree,
        |path| starts(path, INTEGERS.iter().copied()),
        |line| has_word(line, "f32") || has_word(line, "f64"),
    )
}

/// LLVM's assembler writes 0 for an offset behind the brackets that its instruction has no bits for, and says nothing.
pub(super) fn offsets(tree: &Tree) -> Vec<String> {
    let offset = |line: &str| {
        let (_, rest) = line.split_once("], #")?;
        rest.trim_start_matches('-').split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok()
    };
    code_with(
        tree,
        |path| path.starts_with("core-nostd/src/simd/"),
        |line| offset(line).is_some_and(|offset| offset > 255),
    )
}

pub(super) fn kernel_choice(tree: &Tree) -> Vec<String> {
    code_with(
        tree,
        // predictions say what the kernels cost that a plan has
        |path| {
            path.starts_with("std-ext/")
                && !starts(path, ["std-ext/compiler/src/lower/", "std-ext/probe/src/predict/"].into_iter())
        },
        |line| line.split("ops::").skip(1).any(names_a_code),
    )
}

/// Whether the text goes on with the constant of a kernel, such as `CONV_2D`.
fn names_a_code(rest: &str) -> bool {
    let name = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("");
    name.len() > 1 && name != "ALL" && !name.contains(|c: char| c.is_ascii_lowercase())
}

pub(super) fn sockets(tree: &Tree) -> Vec<String> {
    let doors = ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "UnixListener", "UnixDatagram"];
    code_with(
        tree,
        |path| starts(path, ["std-ext/cli/", "std-ext/compiler/", "std-ext/runtime/"].into_iter()),
        |line| doors.iter().any(|door| has_word(line, door)) || line.contains("std::net"),
    )
}

/// Generated code is as long as its schema.
fn written(file: &Source) -> bool {
    !file.path.contains("/gen/")
}

const LINES: usize = 600;

pub(super) fn long_files(tree: &Tree) -> Vec<String> {
    let files = tree.rust().filter(|file| written(file));
    files
        .map(|file| (file, file.lines_without_tests()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect()
}

pub(super) fn file_names(tree: &Tree) -> Vec<String> {
    let vague = ["utils", "util", "helpers", "helper", "misc", "common"];
    let named = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        vague.iter().any(|word| name.split('.').next() == Some(word))
    };
    tree.files.iter().map(|file| &file.path).filter(|path| named(path)).cloned().collect()
}

pub(super) fn unfinished(tree: &Tree) -> Vec<String> {
    let signs = ["todo!", "unimplemented!", "dbg!"];
    code_with(
        tree,
        |path| !path.starts_with("tests/xtask/src/tidy/"),
        |line| signs.iter().any(|sign| line.contains(sign)),
    )
}

pub(super) fn machine_paths(tree: &Tree) -> Vec<String> {
    // put together here, so that this file does not find itself
    let everywhere = ["root", "home", "work", "Users"].map(|folder| format!("/{folder}/"));
    let scratch = format!("/{}/", "tmp");
    let mut found = vec![];
    for file in &tree.files {
        for (i, line) in file.text.lines().enumerate() {
            let bare = |folder: &String| at_word_start(line, folder);
            if everywhere.iter().any(bare) || file.path.ends_with(".md") && bare(&scratch) {
                found.push(file.at(i + 1, line.trim()));
            }
        }
    }
    found
}

/// Whether an absolute path starts there: `/x/` at the line's start, or after what is no part of a longer path.
fn at_word_start(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || "./_-}>$".contains(c)))
    })
}

const NEEDED: &[&str] = &[
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "boards/Cargo.lock",
    "tests/counter/Cargo.lock",
];

pub(super) fn needed_files(tree: &Tree) -> Vec<String> {
    NEEDED
        .iter()
        .filter(|path| !tree.files.iter().any(|file| file.path == **path && !file.text.is_empty()))
        .map(|path| format!("{path} is missing"))
        .collect()
}

/// Lines of code, outside tests, in Rust files that are `wanted`, which are `bad`.
fn code_with(tree: &Tree, wanted: impl Fn(&str) -> bool, bad: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = vec![];
    for file in tree.rust().filter(|file| wanted(&file.path)) {
        found.extend(file.code().filter(|(_, line)| bad(line)).map(|(n, line)| file.at(n, line.trim())));
    }
    found
}

fn starts<'a>(path: &str, mut prefixes: impl Iterator<Item = &'a str>) -> bool {
    prefixes.any(|prefix| path.starts_with(prefix))
}

/// Whether `word` stands in `line` outside of strings and of longer names.
fn has_word(line: &str, word: &str) -> bool {
    line.split('"')
        .step_by(2)
        .any(|code| code.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|w| w == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(path: &str, text: &str) -> Tree {
        Tree { files: vec![Source { path: path.into(), text: text.into(), test: false }], ..Tree::default() }
    }

    #[test]
    fn unsafe_code_is_found() {
        let bad = "fn f() {}\nunsafe { g() }\n";
        assert_eq!(
            unsafe_code(&tree("core-nostd/src/model.rs", bad)),
            ["core-nostd/src/model.rs:2: unsafe { g() }"]
        );
        assert!(unsafe_code(&tree("core-nostd/src/simd/dsp.rs", bad)).is_empty());
        assert!(unsafe_code(&tree("a.rs", "#![deny(unsafe_code)] // unsafe\nf(\"unsafe\");")).is_empty());
    }

    #[test]
    fn readers_of_bytes_are_found() {
        let bad = "u32::from_le_bytes(*word)";
        assert_eq!(plan_bytes(&tree("core-nostd/src/ops/add.rs", bad)).len(), 1);
        assert!(plan_bytes(&tree("core-nostd/src/wire.rs", bad)).is_empty());
        let test = format!("#[cfg(test)]\nmod tests {{\n{bad}\n}}");
        assert!(plan_bytes(&tree("core-nostd/src/ops/add.rs", &test)).is_empty());
    }

    #[test]
    fn knowledge_in_the_core_is_found() {
        assert_eq!(core_knows_nothing(&tree("core-nostd/src/lib.rs", "extern crate alloc;")).len(), 1);
        assert!(core_knows_nothing(&tree("core-nostd/src/lib.rs", "fn allocate() {}")).is_empty());
    }

    #[test]
    fn floats_are_found() {
        let bad = "let scale: f32 = 0.5;";
        assert_eq!(floats(&tree("core-nostd/src/ops/add.rs", bad)).len(), 1);
        assert!(floats(&tree("core-nostd/src/ops/convert.rs", bad)).is_empty());
        assert!(floats(&tree("core-nostd/src/plan.rs", bad)).is_empty());
    }

    #[test]
    fn offsets_that_assemble_to_nothing_are_found() {
        let bad = |offset| format!("\"strb r2, [r1], #{offset}\",");
        assert_eq!(offsets(&tree("core-nostd/src/simd/dsp.rs", &bad("256"))).len(), 1);
        assert_eq!(offsets(&tree("core-nostd/src/simd/dsp.rs", &bad("-512"))).len(), 1);
        assert!(offsets(&tree("core-nostd/src/simd/dsp.rs", &bad("255"))).is_empty());
    }

    #[test]
    fn choices_of_kernels_are_found() {
        let bad = "step.code = midge_core::ops::CONV_2D_PAIRS;";
        assert_eq!(kernel_choice(&tree("std-ext/cli/src/main.rs", bad)).len(), 1);
        assert!(kernel_choice(&tree("std-ext/compiler/src/lower/conv.rs", bad)).is_empty());
        assert!(kernel_choice(&tree("std-ext/cli/src/main.rs", "ops::ALL, ops::name(code)")).is_empty());
    }

    #[test]
    fn sockets_are_found() {
        assert_eq!(sockets(&tree("std-ext/cli/src/main.rs", "TcpStream::connect(address)")).len(), 1);
        assert!(sockets(&tree("std-ext/serve/src/main.rs", "TcpListener::bind(address)")).is_empty());
    }

    #[test]
    fn long_files_are_found() {
        assert_eq!(long_files(&tree("a.rs", &"\n".repeat(601))).len(), 1);
        assert!(long_files(&tree("a/gen/a.rs", &"\n".repeat(601))).is_empty());
        let tested = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}", "\n".repeat(601));
        assert!(long_files(&tree("a.rs", &tested)).is_empty());
    }

    #[test]
    fn vague_names_are_found() {
        assert_eq!(file_names(&tree("src/utils.rs", "")), ["src/utils.rs"]);
        assert!(file_names(&tree("boards/common/src/lib.rs", "")).is_empty());
    }

    #[test]
    fn unfinished_code_is_found() {
        assert_eq!(unfinished(&tree("a.rs", "fn f() { todo!() }")).len(), 1);
        assert!(unfinished(&tree("a.rs", "// todo! later")).is_empty());
    }

    #[test]
    fn machine_paths_are_found() {
        let path = |folder: &str| format!("see `/{folder}/x`");
        assert_eq!(machine_paths(&tree("a.rs", &path("root"))).len(), 1);
        assert_eq!(machine_paths(&tree("a.md", &path("tmp"))).len(), 1);
        assert!(machine_paths(&tree("a.rs", &path("tmp"))).is_empty());
        assert!(machine_paths(&tree("a.md", "https://example.org/home/page, ../there/x")).is_empty());
    }

    #[test]
    fn missing_files_are_found() {
        let missing = needed_files(&tree("README.md", "Midge"));
        assert!(
            missing.contains(&"Cargo.lock is missing".into())
                && !missing.contains(&"README.md is missing".into())
        );
    }
}
