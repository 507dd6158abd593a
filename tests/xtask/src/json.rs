//! Reading what other programs print as JSON.

use crate::Outcome;
use crate::shell::{Shell, output};
use serde_json::Value;

/// What cargo knows of the workspace of `manifest`, without its dependencies' own.
pub(crate) fn metadata(shell: &Shell, manifest: &str) -> Outcome<Value> {
    let arguments = format!("metadata --format-version 1 --no-deps --manifest-path {manifest}");
    Ok(serde_json::from_str(&output(&mut shell.cargo(&arguments))?)?)
}

/// The elements under `key`; none if it is missing.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The string under `key`; empty if it is missing.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number under `key`.
pub(crate) fn number(value: &Value, key: &str) -> Outcome<u64> {
    value.get(key).and_then(Value::as_u64).ok_or_else(|| format!("no number `{key}` in {value}").into())
}
