//! Checks that read manifests and dependency trees.

use super::tree::{Package, Tree};

const LICENSE: &str = "MIT OR Apache-2.0";

pub(super) fn licences(tree: &Tree) -> Vec<String> {
    let other = tree.packages.iter().filter(|package| package.license != LICENSE);
    other.map(|package| format!("{}: `{}` instead of `{LICENSE}`", package.name, package.license)).collect()
}

pub(super) fn documented(tree: &Tree) -> Vec<String> {
    let silent = tree.packages.iter().filter(|package| {
        !package.manifest.contains("[lints]\nworkspace = true")
            && !package.manifest.contains("missing_docs = \"deny\"")
    });
    silent.map(|package| format!("{}: neither the workspace's lints nor its own", package.name)).collect()
}

/// What the core may ever depend on: small, without std, and known for it.
const CORE_MAY: &[&str] = &["defmt", "embedded-hal", "half", "heapless", "libm", "micromath"];

pub(super) fn core_is_alone(tree: &Tree) -> Vec<String> {
    let core = tree.packages.iter().filter(|package| package.name == "midge-core");
    core.flat_map(|core| &core.dependencies)
        .filter(|name| !CORE_MAY.contains(&name.as_str()))
        .map(|name| format!("midge-core depends on {name}"))
        .collect()
}

/// What each package may use of the project's own; firmware may use the core, the operator
/// that stands for a user's, and other firmware.
const USES: &[(&str, &[&str])] = &[
    ("midge-core", &[]),
    ("midge-runtime", &["midge-core"]),
    ("midge-compiler", &["midge-core", "midge-runtime"]),
    ("midge-train", &["midge-core", "midge-runtime", "midge-compiler"]),
    ("midge-recipe", &["midge-core", "midge-runtime", "midge-compiler", "midge-train"]),
    ("midge-log", &[]),
    ("midge-probe", &["midge-core", "midge-runtime", "midge-compiler", "midge-log"]),
    ("midge-gpu", &["midge-core", "midge-runtime", "midge-compiler", "midge-train"]),
    ("midge-serve", &["midge-core", "midge-runtime"]),
    ("midge-custom", &["midge-core", "midge-compiler"]),
    ("midge-counter", &[]),
    ("xtask", &[]),
    ("xtask-header", &[]),
    ("xtask-log", &["midge-log"]),
];

/// Everything may be used by these: the tool, and what tests the whole.
const ON_TOP: &[&str] = &["midge", "midge-suite"];

pub(super) fn direction(tree: &Tree) -> Vec<String> {
    let own: Vec<_> = tree.packages.iter().map(|package| package.name.as_str()).collect();
    let host = |name: &str| USES.iter().any(|(package, _)| *package == name) || ON_TOP.contains(&name);
    let allowed = |package: &Package, used: &str| match USES.iter().find(|(name, _)| *name == package.name) {
        Some((_, uses)) => uses.contains(&used),
        None if ON_TOP.contains(&package.name.as_str()) => used != "xtask",
        None => ["midge-core", "midge-custom"].contains(&used) || !host(used),
    };
    let mut wrong = vec![];
    for package in &tree.packages {
        let used = package.dependencies.iter().filter(|name| own.contains(&name.as_str()));
        wrong.extend(
            used.filter(|name| !allowed(package, name))
                .map(|name| format!("{} depends on {name}", package.name)),
        );
    }
    wrong
}

/// Crates that speak over a network, or that others use to.
const NETWORK: &[&str] = &[
    "attohttpc",
    "curl",
    "h2",
    "hyper",
    "isahc",
    "minreq",
    "mio",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "socket2",
    "tokio",
    "tungstenite",
    "ureq",
];

pub(super) fn no_network(tree: &Tree) -> Vec<String> {
    let crates = tree.tool.iter().filter(|name| NETWORK.contains(&name.as_str()));
    crates.map(|name| format!("the default build of midge has {name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.into(),
            license: LICENSE.into(),
            manifest: "[lints]\nworkspace = true".into(),
            dependencies: dependencies.iter().map(|name| String::from(*name)).collect(),
        }
    }

    fn tree(packages: Vec<Package>) -> Tree {
        Tree { packages, ..Tree::default() }
    }

    #[test]
    fn other_licences_are_found() {
        let mut other = package("a", &[]);
        other.license = String::new();
        assert_eq!(licences(&tree(vec![package("b", &[]), other])).len(), 1);
    }

    #[test]
    fn silent_packages_are_found() {
        let mut silent = package("a", &[]);
        silent.manifest = "[package]".into();
        assert_eq!(documented(&tree(vec![package("b", &[]), silent])).len(), 1);
    }

    #[test]
    fn a_core_with_company_is_found() {
        assert_eq!(core_is_alone(&tree(vec![package("midge-core", &["libm", "serde"])])).len(), 1);
        assert!(core_is_alone(&tree(vec![package("midge", &["serde"])])).is_empty());
    }

    #[test]
    fn the_wrong_direction_is_found() {
        let wrong = [
            package("midge-core", &["midge-runtime"]),
            package("midge-runtime", &["midge-compiler"]),
            package("microbit", &["midge-compiler"]),
            package("midge-compiler", &["midge"]),
        ];
        let right =
            [package("midge", &["midge-compiler"]), package("midge-board", &["midge-core", "microbit"])];
        let mut packages = Vec::from(wrong);
        packages.extend(right);
        let told = [
            "midge-core depends on midge-runtime",
            "midge-runtime depends on midge-compiler",
            "microbit depends on midge-compiler",
            "midge-compiler depends on midge",
        ];
        assert_eq!(direction(&tree(packages)), told);
    }

    #[test]
    fn a_socket_is_found() {
        let tree = Tree { tool: vec!["midge".into(), "clap".into(), "ureq".into()], ..Tree::default() };
        assert_eq!(no_network(&tree), ["the default build of midge has ureq"]);
    }
}
