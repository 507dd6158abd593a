//! From the tape to a file: which entries count, what they are called, and what enters and leaves.

use std::collections::{HashMap, HashSet};

use midge_compiler::export::{Attribute, File, Port, Words};
use midge_compiler::graph;

use super::{Done, Tape, What, refused};
use crate::device::{Data, Op, Type};
use crate::nn::Module;
use crate::{Error, Layout, Result, Tensor};

/// A tensor of the file with all numbers of a buffer in their order, and its shape, which may be another than that in which
/// the network sees them.
#[derive(Clone)]
pub(super) struct Whole {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
}

/// A file that is being written.
pub(super) struct Build<'t> {
    pub(super) file: File,
    tape: &'t Tape,
    /// Parameters and buffers of the network, and what was made of them alone, by the layer that they are of.
    layers: HashMap<usize, String>,
    /// The paths of parameters and buffers.
    paths: HashMap<usize, String>,
    pub(super) wholes: HashMap<usize, Whole>,
    /// Parts of a buffer that were written one by one.
    pub(super) parts: HashMap<usize, Vec<(Layout, Tensor)>>,
    /// Views that the file has already.
    pub(super) views: HashMap<(usize, Layout), String>,
    /// Sums that one entry reads, and how many numbers each is of: they are means if that entry divides by it.
    pub(super) sums: HashMap<usize, usize>,
    /// How many entries read a buffer.
    pub(super) readers: HashMap<usize, usize>,
    /// The layer whose entry is written.
    pub(super) layer: String,
}

/// The ONNX file of what was done between `inputs` and `outputs`.
pub(super) fn file(
    net: &dyn Module,
    tape: &Tape,
    inputs: &[(&str, &Tensor)],
    outputs: &[(&str, &Tensor)],
) -> Result<Vec<u8>> {
    let mut build = Build {
        file: File::default(),
        tape,
        layers: HashMap::new(),
        paths: HashMap::new(),
        wholes: HashMap::new(),
        parts: HashMap::new(),
        views: HashMap::new(),
        sums: HashMap::new(),
        readers: HashMap::new(),
        layer: String::new(),
    };
    for (path, tensor) in net.state_dict() {
        let key = tensor.buffer().key();
        build.layers.insert(key, path.rsplit_once('.').map_or("", |(layer, _)| layer).into());
        build.paths.insert(key, path);
    }
    let mut ports = Vec::new();
    for (name, tensor) in inputs.iter().chain(outputs) {
        if build.file.fresh(name) != **name {
            return Err(refused(format!("two ports have the name {name}")));
        }
        ports.push(Port {
            name: (*name).into(),
            store: store(tensor.kind())?,
            shape: tensor.shape().to_vec(),
        });
    }
    for (name, tensor) in inputs {
        let whole = Whole { name: (*name).into(), shape: tensor.shape().to_vec() };
        build.wholes.insert(tensor.buffer().key(), whole);
    }
    let needed = build.needed(outputs);
    for (done, needed) in tape.done.iter().zip(needed) {
        let layer = done.reads.iter().find_map(|read| build.layers.get(&read.buffer().key())).cloned();
        if needed {
            build.layer = layer.unwrap_or_else(|| build.layer.clone());
            build.done(done)?;
        } else if let Some(layer) = layer.filter(|_| !done.writes.iter().any(|write| tape.is_traced(write))) {
            build.layers.extend(done.writes.iter().map(|write| (write.buffer().key(), layer.clone())));
        }
    }
    for (name, tensor) in outputs {
        if !tape.is_traced(tensor) {
            return Err(refused(format!("the output {name} does not depend on any input")));
        }
        let made = build.exact(tensor)?;
        let own = build.file.node("Identity", &[&made], &[], name, 1).remove(0);
        build.file.rename(&own, name);
    }
    let outputs = ports.split_off(inputs.len());
    Ok(build.file.encode(&Words::default(), &ports, &outputs))
}

impl Build<'_> {
    /// For each entry, whether an output depends on it. Counts the readers of each buffer.
    fn needed(&mut self, outputs: &[(&str, &Tensor)]) -> Vec<bool> {
        let mut wanted: HashSet<usize> = outputs.iter().map(|(_, tensor)| tensor.buffer().key()).collect();
        let mut needed = vec![false; self.tape.done.len()];
        for (i, done) in self.tape.done.iter().enumerate().rev() {
            let writes = || done.writes.iter().filter(|write| self.tape.is_traced(write));
            needed[i] = writes().any(|write| wanted.contains(&write.buffer().key()));
            if !needed[i] {
                continue;
            }
            // What is written from the start of a buffer on is all of it, or its first part.
            for write in writes().filter(|write| write.layout().offset == 0) {
                wanted.remove(&write.buffer().key());
            }
            for read in &done.reads {
                wanted.insert(read.buffer().key());
                *self.readers.entry(read.buffer().key()).or_default() += 1;
            }
        }
        needed
    }

    fn done(&mut self, done: &Done) -> Result<()> {
        match (&done.what, &done.writes[..]) {
            (What::Op(Op::Copy), [to]) => {
                let parts = self.parts.entry(to.buffer().key()).or_default();
                if to.layout().offset == 0 {
                    parts.clear();
                }
                parts.push((to.layout().clone(), done.reads[0].clone()));
                Ok(())
            }
            (What::Op(op), [to, ..]) => {
                let whole = self.op(op, &done.reads, to)?;
                self.wholes.insert(to.buffer().key(), whole);
                Ok(())
            }
            (What::Op(_), []) => Ok(()),
            (What::Recurrent(cell), writes) => self.recurrent(*cell, &done.reads, writes),
        }
    }

    /// Adds a node of one output.
    pub(super) fn node(&mut self, op: &str, inputs: &[&str], attributes: &[Attribute]) -> String {
        self.nodes(op, inputs, attributes, 1).remove(0)
    }

    /// Adds a node.
    pub(super) fn nodes(
        &mut self,
        op: &str,
        inputs: &[&str],
        attributes: &[Attribute],
        outputs: usize,
    ) -> Vec<String> {
        let own = op.to_lowercase();
        let wish = if self.layer.is_empty() { own } else { format!("{}/{own}", self.layer) };
        self.file.node(op, inputs, attributes, &wish, outputs)
    }

    /// A constant of numbers that are on the host.
    pub(super) fn floats(&mut self, shape: &[usize], numbers: &[f32]) -> String {
        let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.file.shared("constant", graph::Type::F32, shape, bytes)
    }

    /// A constant: numbers of a tensor that no input has a part in.
    pub(super) fn constant(&mut self, tensor: &Tensor) -> Result<String> {
        self.constant_like(tensor, tensor)
    }

    /// A constant under the path of what it was made of.
    pub(super) fn constant_like(&mut self, tensor: &Tensor, source: &Tensor) -> Result<String> {
        let bytes = match tensor.data()? {
            Data::F32(numbers) => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Data::F16(numbers) => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Data::I64(numbers) => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Data::U8(numbers) => numbers,
            Data::Bf16(_) => return Err(self.refuse("constant", "models have no bf16; `to` makes f32 of it")),
        };
        let kind = store(tensor.kind())?;
        let Some(path) = self.paths.get(&source.buffer().key()) else {
            return Ok(self.file.shared("constant", kind, tensor.shape(), bytes));
        };
        let name = self.file.fresh(path);
        self.file.constant(&name, kind, tensor.shape(), &bytes);
        Ok(name)
    }

    pub(super) fn is_traced(&self, tensor: &Tensor) -> bool {
        self.tape.is_traced(tensor)
    }

    /// An error about what is done in the layer.
    pub(super) fn refuse(&self, op: &'static str, why: &str) -> Error {
        let layer = if self.layer.is_empty() { String::new() } else { format!("layer {}: ", self.layer) };
        Error::Argument { op, why: format!("{layer}{why}") }
    }
}

/// The type in a model.
pub(super) fn store(kind: Type) -> Result<graph::Type> {
    match kind {
        Type::F32 => Ok(graph::Type::F32),
        Type::F16 => Ok(graph::Type::F16),
        Type::I64 => Ok(graph::Type::I64),
        Type::U8 => Ok(graph::Type::U8),
        Type::Bf16 => Err(refused("models have no bf16; `to` makes f32 of it")),
    }
}
