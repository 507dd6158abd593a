//! Data sets: inputs, and what a model should make of them.

use crate::array::{Array, Arrays};
use crate::ports::Ports;

/// Names of labels in a `.npz` file.
const LABELS: [&str; 2] = ["y", "labels"];

/// Inputs and their labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// As [`pack`](crate::rows::pack) takes them.
    pub inputs: Arrays,
    /// A class for each row, or numbers for each.
    pub labels: Option<Array>,
}

impl Data {
    /// Takes labels from arrays: `y` or `labels` of named ones, and the last column of a table with one more than the model's
    /// input has elements.
    pub fn split(arrays: Arrays, ports: &Ports) -> Self {
        match arrays {
            Arrays::Named(mut named) => {
                let is_port = |name: &String| ports.inputs.iter().any(|port| port.name == *name);
                let is_label = |name: &String| LABELS.contains(&name.as_str()) && !is_port(name);
                let at = named.iter().position(|(name, _)| is_label(name));
                let labels = at.map(|at| named.remove(at).1);
                Data { inputs: Arrays::Named(named), labels }
            }
            Arrays::Table(table) => match (table.shape(), &ports.inputs[..]) {
                ([rows, columns], [port]) if *columns == port.elements() + 1 => {
                    let size = table.dtype().bytes();
                    let (rows, line) = (*rows, columns * size);
                    let part = |of: &dyn Fn(&[u8]) -> Vec<u8>, shape: &[usize]| {
                        let bytes = table.bytes().chunks_exact(line).flat_map(of).collect();
                        Array::from_bytes(table.dtype(), shape, bytes)
                    };
                    let inputs = part(&|line| line[..line.len() - size].into(), &[rows, columns - 1]);
                    let labels = part(&|line| line[line.len() - size..].into(), &[rows]);
                    match inputs {
                        Ok(inputs) => Data { inputs: Arrays::Table(inputs), labels: labels.ok() },
                        Err(_) => Data { inputs: Arrays::Table(table), labels: None },
                    }
                }
                _ => Data { inputs: Arrays::Table(table), labels: None },
            },
            inputs => Data { inputs, labels: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::Dtype;
    use crate::ports::Port;

    fn ports(name: &str) -> Ports {
        let port = Port { name: name.into(), shape: vec![1, 2], dtype: Dtype::F32, scale: None, zero: None };
        Ports { inputs: vec![port], outputs: Vec::new() }
    }

    #[test]
    fn labels_are_known_by_name_or_place() {
        let x = Array::new(&[2, 2], &[1f32, 2.0, 3.0, 4.0]).unwrap();
        let y = Array::new(&[2], &[0i64, 1]).unwrap();
        let named = Arrays::Named(vec![("y".into(), y.clone()), ("x".into(), x.clone())]);
        let data = Data::split(named.clone(), &ports("in"));
        assert_eq!(data, Data { inputs: Arrays::Named(vec![("x".into(), x)]), labels: Some(y) });
        assert_eq!(Data::split(named.clone(), &ports("y")), Data { inputs: named, labels: None });
        let table = Array::new(&[2, 3], &[1i64, 2, 0, 3, 4, 1]).unwrap();
        let data = Data::split(Arrays::Table(table), &ports("in"));
        assert_eq!(data.inputs, Arrays::Table(Array::new(&[2, 2], &[1i64, 2, 3, 4]).unwrap()));
        assert_eq!(data.labels, Some(Array::new(&[2], &[0i64, 1]).unwrap()));
    }
}
