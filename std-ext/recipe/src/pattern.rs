//! Patterns of names: `*` stands for anything.

/// Whether a name is what the pattern says.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            ends.into_iter().any(|at| matches(rest, &name[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, name, is) in [
            ("conv1.weight", "conv1.weight", true),
            ("conv*", "conv1.weight", true),
            ("*.bias", "conv1.bias", true),
            ("conv*.b*s", "conv12.bias", true),
            ("conv*", "linear1.bias", false),
            ("*", "", true),
            ("conv", "conv1", false),
        ] {
            assert_eq!(matches(pattern, name), is, "{pattern} {name}");
        }
    }
}
