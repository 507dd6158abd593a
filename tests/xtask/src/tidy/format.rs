//! The check that the format's page and the registry of kernels say the same.
//!
//! The page has a table whose rows are `| 0x0a00, 0x0a40 | WEIGHTED_F32, WEIGHTED_F16, in place | ...`: every code is written
//! out, and as many kernels' names stand in the same order. Any other table row is none of it, whatever codes it has.

use std::collections::BTreeSet;

use super::tree::Tree;

const PAGE: &str = "docs/FORMAT.md";
const REGISTRY: &str = "core-nostd/src/ops/mod.rs";

/// A code and the name of its kernel.
type Kernel<'a> = (u16, &'a str);

pub(super) fn kernels(tree: &Tree) -> Vec<String> {
    let text = |path| tree.files.iter().find(|file| file.path == path).map_or("", |file| &file.text);
    let registered: BTreeSet<Kernel<'_>> = text(REGISTRY).lines().filter_map(registration).collect();
    let (mut written, mut wrong) = (BTreeSet::new(), vec![]);
    for (i, line) in text(PAGE).lines().enumerate() {
        match row(line) {
            Some((codes, names)) if codes.len() == names.len() => {
                for kernel in codes.into_iter().zip(names) {
                    if !written.insert(kernel) {
                        wrong.push(format!("{PAGE}:{}: {} is there twice", i + 1, told(kernel)));
                    }
                }
            }
            Some((codes, names)) => {
                let (codes, names) = (codes.len(), names.len());
                wrong.push(format!("{PAGE}:{}: {codes} codes of {names} kernels", i + 1));
            }
            None => {}
        }
    }
    if registered.is_empty() {
        wrong.push(format!("{REGISTRY}: no kernel is found in it"));
    }
    wrong.extend(registered.difference(&written).map(|kernel| format!("{PAGE} lacks {}", told(*kernel))));
    wrong.extend(written.difference(&registered).map(|kernel| format!("{REGISTRY} lacks {}", told(*kernel))));
    wrong
}

fn told((code, name): Kernel<'_>) -> String {
    format!("{code:#06x} {name}")
}

/// The kernel of a line of the registry, `NAME = (operator, variant) => ...`.
fn registration(line: &str) -> Option<Kernel<'_>> {
    let (name, rest) = line.split_once('=')?;
    let (code, _) = rest.trim().strip_prefix('(')?.split_once(") =>")?;
    let (operator, variant) = code.split_once(',')?;
    let number = |text: &str| text.trim().parse::<u16>().ok();
    Some((number(operator)? << 6 | number(variant)?, name.trim()))
}

/// Codes and names of a row of the page's table of kernels.
fn row(line: &str) -> Option<(Vec<u16>, Vec<&str>)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let (codes, names) = (cells.next()?, cells.next()?);
    let codes: Option<Vec<_>> = codes.split(", ").map(code).collect();
    let names = names.split(", ").filter(|name| !name.contains(|c: char| c.is_ascii_lowercase()));
    Some((codes?, names.collect()))
}

fn code(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::Source;

    /// What is found between a page and a registry of an ADD, in place, with two variants, and a MUL.
    fn found(page: &str) -> Vec<String> {
        let registry = "registry! {\n    // name = (operator, variant) => kernel\n    ADD = (7, 0) => add::Add, in_place;\n    \
                        ADD_CONSTANT  = (7, 1) => add::Constant;\n    MUL = (8, 0) => mul::Mul;\n}";
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into(), test: false };
        kernels(&Tree { files: vec![source(PAGE, page), source(REGISTRY, registry)], ..Tree::default() })
    }

    #[test]
    fn a_whole_page_is_right() {
        let whole = "| code | kernel |\n| --- | --- |\n| 0x01c0, 0x01c1 | ADD, ADD_CONSTANT, in place | y |\n\
                     | 0x0200 | MUL | y |\n\n| 0 | `offset` | u32 |\n";
        assert!(found(whole).is_empty());
    }

    #[test]
    fn missing_kernels_are_found() {
        let missing = ["docs/FORMAT.md lacks 0x01c1 ADD_CONSTANT", "docs/FORMAT.md lacks 0x0200 MUL"];
        assert_eq!(found("| 0x01c0 | ADD | y |\n"), missing);
    }

    #[test]
    fn other_codes_and_names_are_found() {
        let other = "| 0x01c0, 0x01c1 | ADD, ADD_CONSTANT |\n| 0x0240 | MUL |\n";
        let told = ["docs/FORMAT.md lacks 0x0200 MUL", "core-nostd/src/ops/mod.rs lacks 0x0240 MUL"];
        assert_eq!(found(other), told);
        let order = found("| 0x01c0, 0x01c1 | ADD_CONSTANT, ADD |\n| 0x0200 | MUL |\n");
        assert_eq!(order.len(), 4);
    }

    #[test]
    fn rows_that_do_not_add_up_are_found() {
        let rows = "| 0x01c0 to 0x01c1 | ADD, ADD_CONSTANT |\n| 0x01c0, 0x01c1 | ADD |\n| 0x0200 | MUL |\n";
        let short = found(rows);
        assert!(short.contains(&"docs/FORMAT.md:2: 2 codes of 1 kernels".into()), "{short:?}");
        let twice = found("| 0x01c0, 0x01c1, 0x01c0 | ADD, ADD_CONSTANT, ADD |\n| 0x0200 | MUL |\n");
        assert_eq!(twice, ["docs/FORMAT.md:1: 0x01c0 ADD is there twice"]);
    }

    #[test]
    fn an_empty_registry_is_found() {
        assert_eq!(kernels(&Tree::default()).len(), 1);
    }
}
