//! Networks as Rust: a graph's architecture, written with the layers here, so that whoever has a model can train it on.

mod field;
mod forward;
mod moved;
mod name;

use std::collections::BTreeMap;

use midge_compiler::graph::Graph;
use midge_compiler::quantize;

use crate::checkpoint::Safetensors;
use crate::{Error, Result, Tensor};
use field::Field;
use forward::Writer;

/// A network as source code, and its weights.
#[derive(Clone, Debug)]
pub struct Code {
    /// A file of Rust: a struct of layers with `new`, `load` and [`Module`](crate::nn::Module).
    pub text: String,
    /// The name of the struct.
    pub name: String,
    /// How many numbers training changes.
    pub parameters: usize,
    /// The weights of the graph, by the names that they have in the struct.
    pub weights: Safetensors,
}

impl Code {
    /// The code of a float graph, behind the compiler's passes: batch normalization is part of the layers before it, as it is
    /// in the model that ships. Layers have the graph's names; what the code reads and makes has as many rows as the caller
    /// likes, in the place of the graph's first axis of 1.
    ///
    /// # Errors
    /// The graph is quantized already, or has operators that layers and tensors here do not have, all of which are named.
    pub fn of(graph: Graph, name: &str) -> Result<Code> {
        let graph = quantize::float(graph).map_err(|error| refused(error.to_string()))?;
        let mut writer = Writer::new(&graph)?;
        let output = writer.run()?;
        let name = name::of_struct(name);
        let text = text(&graph, &name, &writer, &output);
        let weights: BTreeMap<String, Tensor> =
            writer.fields.into_iter().flat_map(|field| field.weights).collect();
        let parameters = weights.values().map(Tensor::elements).sum();
        let weights = Safetensors::of(&weights).map_err(|error| refused(error.to_string()))?;
        Ok(Code { text, name, parameters, weights })
    }
}

fn text(graph: &Graph, name: &str, writer: &Writer<'_>, output: &str) -> String {
    let fields = &writer.fields;
    let each = |line: &dyn Fn(&Field) -> String| fields.iter().map(line).collect::<String>();
    let count: usize =
        fields.iter().flat_map(|field| &field.weights).map(|(_, weights)| weights.elements()).sum();
    let own = if graph.name.is_empty() { String::new() } else { format!(" `{}`", graph.name) };
    let layers: Vec<&str> = writer.uses.iter().copied().collect();
    let root =
        if writer.windows { "Result, Rng, Tensor, Window, parts" } else { "Result, Rng, Tensor, parts" };
    let init = if writer.draws { "use midge_train::nn::init::Init;\n" } else { "" };
    let rows = if writer.rows { "        let n = x.shape()[0];\n" } else { "" };
    let (inputs, outputs) = (writer.port(graph.inputs[0]), writer.port(graph.outputs[0]));
    let names = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
    format!(
        "//! The architecture of the {source} model{own}, {count} parameters: written by `midge codegen model`, to be changed at will.\n\
         \n\
         use std::path::Path;\n\
         \n\
         use midge_train::checkpoint::{{self, Safetensors}};\n\
         {init}\
         use midge_train::nn::{{{layers}}};\n\
         use midge_train::{{{root}}};\n\
         \n\
         /// A network from {inputs} to {outputs}.\n\
         #[derive(Debug)]\n\
         pub struct {name} {{\n\
         {members}\
         }}\n\
         \n\
         impl {name} {{\n    \
             /// With fresh weights.\n    \
             pub fn new(rng: &mut Rng) -> Result<{name}> {{\n        \
                 Ok({name} {{\n\
         {made}        \
                 }})\n    \
             }}\n\
         \n    \
             /// With the weights of a file of safetensors: those of the model are in the one beside this.\n    \
             pub fn load(path: &Path) -> checkpoint::Result<{name}> {{\n        \
                 let net = {name}::new(&mut Rng::new(0))?;\n        \
                 net.load_state_dict(&Safetensors::read(path)?.tensors()?)?;\n        \
                 Ok(net)\n    \
             }}\n\
         }}\n\
         \n\
         impl Module for {name} {{\n    \
             parts!({names});\n\
         \n    \
             fn forward(&self, x: &Tensor) -> Result<Tensor> {{\n\
         {rows}\
         {lines}        \
                 Ok({output})\n    \
             }}\n\
         }}\n",
        source = graph.source,
        layers = layers.join(", "),
        members = each(&|field| format!(
            "    /// {}\n    pub {}: {},\n",
            field.about,
            field.name,
            field.kind.name()
        )),
        made = each(&|field| format!("            {}: {},\n", field.name, field.new)),
        lines = writer.lines.iter().map(|line| format!("        {line}\n")).collect::<String>(),
    )
}

fn refused(why: impl Into<String>) -> Error {
    Error::Argument { op: "code", why: why.into() }
}
